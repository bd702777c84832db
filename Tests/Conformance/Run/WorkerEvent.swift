/// What the process that runs the cases tells the one that watches it: one event a line.
enum WorkerEvent {
  case begin(CasePosition, id: String)
  case end(Outcome)
  case finished

  /// Tells events from anything that the code under test may print.
  private static let mark: Character = "\u{2}"

  var line: String {
    let fields: [String] =
      switch self {
      case .begin(let position, let id): ["begin", position.description, id]
      case .end(.passed): ["passed"]
      case .end(.failed(let reason)): ["failed", reason]
      case .end(.unsupported(let reason)): ["unsupported", reason]
      case .finished: ["finished"]
      }
    return "\(Self.mark)" + fields.map(Self.escape).joined(separator: "\t") + "\n"
  }

  /// Nil if the line is not an event.
  init?(line: Substring) {
    guard let mark = line.lastIndex(of: Self.mark) else { return nil }
    let fields = line[line.index(after: mark)...].split(separator: "\t").map(Self.unescape)
    switch (fields.first, fields.count) {
    case ("begin", 3):
      guard let position = CasePosition(fields[1]) else { return nil }
      self = .begin(position, id: fields[2])
    case ("passed", 1): self = .end(.passed)
    case ("failed", 2): self = .end(.failed(fields[1]))
    case ("unsupported", 2): self = .end(.unsupported(fields[1]))
    case ("finished", 1): self = .finished
    default: return nil
    }
  }

  private static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\u{2}": result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result.isEmpty ? " " : result
  }

  private static func unescape(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        result.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
