import Glibc

/// A whole process from its start to the first finished training step.
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
      peak = max(peak, try run([firstStep, "\(threads)"]))
      times.append((ContinuousClock.now - start) / .milliseconds(1))
    }
    return (times.sorted()[2], Double(peak) / 1024)
  }

  private static let firstStep = "--first-step"

  /// The number of threads if these arguments ask for a first step alone.
  static func threadsOfFirstStep(_ arguments: [String]) -> Int? {
    arguments.count == 3 && arguments[1] == firstStep ? Int(arguments[2]) : nil
  }

  /// Runs this program with other arguments; its peak resident memory in KB.
  private static func run(_ arguments: [String]) throws -> Int {
    let words = ["martlet-bench"] + arguments
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    argv.append(nil)
    defer { for word in argv { free(word) } }
    var child = pid_t()
    guard posix_spawn(&child, "/proc/self/exe", nil, nil, argv, environ) == 0 else {
      throw Failure(description: "the benchmark cannot start itself")
    }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(child, &status, 0, &usage) == child, status == 0 else {
      throw Failure(description: "a first step ended with status \(status)")
    }
    return usage.ru_maxrss
  }
}
