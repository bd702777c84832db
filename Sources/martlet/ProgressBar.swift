import Glibc

/// A line that shows how far a loop has come, how fast it is and how long it will take. On a
/// terminal it is rewritten in place; elsewhere only its last state is printed.
struct ProgressBar {
  private let title: String
  private let total: Int
  private let unit: String
  private let start = ContinuousClock.now
  private var done = 0
  private var note = ""
  private var lastDrawn = ContinuousClock.now - .seconds(1)
  private let isTerminal = isatty(STDOUT_FILENO) == 1

  init(_ title: String, total: Int, unit: String) {
    self.title = title
    self.total = total
    self.unit = unit
  }

  mutating func advance(_ note: String) {
    done += 1
    self.note = note
    guard isTerminal, ContinuousClock.now - lastDrawn > .milliseconds(100) else { return }
    lastDrawn = .now
    write("\r" + line + "\u{1B}[K")
  }

  func finish() {
    write((isTerminal ? "\r" : "") + line + (isTerminal ? "\u{1B}[K\n" : "\n"))
  }

  private var line: String {
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let rate = elapsed > 0 ? Double(done) / elapsed : 0
    let width = 24
    let filled = total > 0 ? width * done / total : width
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let time =
      done < total && rate > 0
      ? "\(fixed(Double(total - done) / rate, 0)) s left" : "\(fixed(elapsed, 1)) s"
    return "\(title) \(bar) \(done)/\(total) \(fixed(rate, 0)) \(unit)/s, \(time), \(note)"
  }

  private func write(_ text: String) {
    print(text, terminator: "")
    fflush(nil)
  }
}

/// A number with a fixed number of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let whole = Int((abs(value) * scale).rounded())
  let sign = value < 0 && whole > 0 ? "-" : ""
  let digits = String(whole)
  if decimals == 0 { return sign + digits }
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}
