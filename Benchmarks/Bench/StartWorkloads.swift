import Glibc

/// A whole process from its start to the first finished training step: `martlet-first-step`, which
/// lies beside this program.
enum StartWorkloads {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The median time of five processes, and the greatest peak of their resident memory.
  static func measure(threads: Int) throws -> (milliseconds: Double, megabytes: Double) {
    var times: [Double] = []
    var peak = 0
    for _ in 0..<5 {
      let start = ContinuousClock.now
      peak = max(peak, try run("martlet-first-step", ["\(threads)"]))
      times.append((ContinuousClock.now - start) / .milliseconds(1))
    }
    return (times.sorted()[2], Double(peak) / 1024)
  }

  /// Runs a program of this one's folder; its peak resident memory in KB.
  private static func run(_ name: String, _ arguments: [String]) throws -> Int {
    let path = try folder() + name
    var argv: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) }
    argv.append(nil)
    defer { for word in argv { free(word) } }
    var child = pid_t()
    guard posix_spawn(&child, path, nil, nil, argv, environ) == 0 else {
      throw Failure(description: "\(path) cannot be started; swift build makes it")
    }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(child, &status, 0, &usage) == child, status == 0 else {
      throw Failure(description: "a first step ended with status \(status)")
    }
    return usage.ru_maxrss
  }
  /// The folder of this program, with a slash at its end.
  private static func folder() throws -> String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &path, path.count)
    guard length > 0 else { throw Failure(description: "/proc/self/exe cannot be read") }
    let whole = String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(whole[...(whole.lastIndex(of: "/") ?? whole.startIndex)])
  }
}
