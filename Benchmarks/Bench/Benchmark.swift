import ArgumentParser
import Martlet
import Workloads

/// Runs the workloads and prints one JSON object a line, in the format that the comparer joins with
/// other frameworks' runs.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet-bench", abstract: "Times the benchmark workloads, one JSON object a line."
  )

  @Option(help: "How many threads computation uses.")
  var threads = 2

  @Option(
    parsing: .upToNextOption, help: "Prefixes of the names to run, such as `op. step.mnist`.")
  var only: [String] = []

  @Option(help: "How long each workload is measured.")
  var seconds = 0.6

  func validate() throws {
    guard threads > 0, seconds > 0 else {
      throw ValidationError("threads and seconds must be positive")
    }
  }

  func run() throws {
    Threads.count = threads
    manualSeed(0)
    // First: a child's peak memory counts that of its parent at the time it was started.
    if wanted("start.first_step") || wanted("start.rss") {
      let start = try StartWorkloads.measure(threads: threads)
      emit("start.first_step", start.milliseconds, "ms")
      emit("start.rss", start.megabytes, "MB")
    }
    let clock = Stopwatch(seconds: seconds)
    let workloads =
      StepWorkloads.all + InferWorkloads.all + OpWorkloads.all + DataWorkloads.all
      + MoreWorkloads.all
    for workload in workloads where wanted(workload.name) {
      let microseconds = try clock.measure(workload.prepare())
      emit(
        workload.name, workload.unit == "ms" ? microseconds / 1e3 : microseconds, workload.unit)
    }
  }

  private func wanted(_ name: String) -> Bool {
    only.isEmpty || only.contains { name.hasPrefix($0) }
  }

  private func emit(_ name: String, _ value: Double, _ unit: String) {
    let rounded = (value * 1000).rounded() / 1000
    print(
      #"{"framework": "martlet", "name": "\#(name)", "threads": \#(threads), "unit": "\#(unit)", "value": \#(rounded)}"#
    )
  }
}
