import Foundation

/// Runs the cases in a process of its own, so that one which crashes or hangs is a failure like any
/// other: a new process goes on behind it.
struct Supervisor {
  let executable: URL
  /// The arguments of this run; the worker gets the same and its start position.
  let arguments: [String]
  /// The longest that one case may take.
  let secondsPerCase = 120.0

  func run(_ record: (CasePosition, _ id: String, Outcome) -> Void) throws {
    var start: CasePosition? = CasePosition()
    while let position = start {
      start = try runWorker(from: position, record)
    }
  }

  /// - Returns: where to go on if the worker died.
  private func runWorker(
    from start: CasePosition, _ record: (CasePosition, _ id: String, Outcome) -> Void
  ) throws -> CasePosition? {
    let worker = try WorkerProcess(
      executable: executable, arguments: arguments + ["--worker", start.description])
    var current: (position: CasePosition, id: String)?
    var last: CasePosition?
    var isFinished = false
    let timedOut = worker.readEvents(timeout: secondsPerCase) { event in
      switch event {
      case .begin(let position, let id):
        current = (position, id)
        last = position
      case .end(let outcome):
        if let current { record(current.position, current.id, outcome) }
        current = nil
      case .finished: isFinished = true
      }
    }
    let end = worker.waitForEnd(killing: timedOut)
    if isFinished { return nil }
    if let current {
      let reason = timedOut ? "did not end within \(Int(secondsPerCase)) s" : "crashed: \(end)"
      record(current.position, current.id, .failed(reason))
    }
    guard let last else { throw DataError("the worker process does not run: \(end)") }
    return last.next
  }
}
