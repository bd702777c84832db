import Foundation

/// A running worker and what it writes.
final class WorkerProcess {
  private let process = Process()
  private let output = Pipe()
  private let errors = Pipe()
  private var pending: [UInt8] = []
  /// The end of what came on standard error: a crash says there what happened.
  private var complaint: [UInt8] = []

  init(executable: URL, arguments: [String]) throws {
    process.executableURL = executable
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = errors
    // A backtrace takes seconds, and the case is known anyway.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    try process.run()
    // Without these copies the pipes end with the worker.
    try? output.fileHandleForWriting.close()
    try? errors.fileHandleForWriting.close()
  }

  /// Calls `handle` for each event until the worker closes its output.
  ///
  /// - Returns: true if nothing came for `timeout` seconds.
  func readEvents(timeout: Double, _ handle: (WorkerEvent) -> Void) -> Bool {
    var sources = [
      pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    while sources.contains(where: { $0.fd >= 0 }) {
      let ready = poll(&sources, nfds_t(sources.count), Int32(timeout * 1000))
      if ready == 0 { return true }
      if ready < 0 {
        if errno == EINTR { continue }
        return false
      }
      for i in sources.indices where sources[i].fd >= 0 && sources[i].revents != 0 {
        let bytes = read(sources[i].fd)
        if bytes.isEmpty {
          // poll ignores negative descriptors.
          sources[i].fd = -1
        } else if i == 0 {
          take(bytes, handle)
        } else {
          complaint = Array((complaint + bytes).suffix(4096))
        }
      }
    }
    return false
  }

  /// How the worker ended, in words.
  func waitForEnd(killing: Bool) -> String {
    if killing { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    let how =
      process.terminationReason == .uncaughtSignal
      ? "signal \(process.terminationStatus)" : "exit status \(process.terminationStatus)"
    let lines = String(decoding: complaint, as: UTF8.self).split(separator: "\n")
    let message = lines.last { $0.contains("rror") } ?? lines.last
    return message.map { "\(how), \($0)" } ?? how
  }

  private func read(_ descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      count = max(0, Foundation.read(descriptor, buffer.baseAddress, buffer.count))
    }
  }

  private func take(_ bytes: [UInt8], _ handle: (WorkerEvent) -> Void) {
    pending += bytes
    while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
      let line = String(decoding: pending[..<end], as: UTF8.self)
      pending.removeSubrange(...end)
      if let event = WorkerEvent(line: line[...]) { handle(event) }
    }
  }
}
