import Martlet
import Workloads

/// The first training step of a new process, for `martlet-bench` to time. It reads the number of
/// threads itself: a library for arguments would be most of what starts.
@main
enum FirstStep {
  static func main() throws {
    if CommandLine.arguments.count == 2, let threads = Int(CommandLine.arguments[1]), threads > 0 {
      Threads.count = threads
    }
    try StepWorkloads.twoLayer()()
  }
}
