import ArgumentParser
import Foundation

@main
struct Conformance: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet-conformance",
    abstract: "Compares Martlet with the conformance data, which PyTorch has computed.",
    discussion: """
      Prints for each kind, group and tier the cases that pass, fail and are not supported, then \
      every failure, then one line of totals. The exit status is 1 if anything failed.
      """)

  @Argument(help: "The directory with index.json.", completion: .directory)
  var directory: String

  @Option(help: "Only ops, modules, optim, schedulers or init.")
  var kind: Kind?

  @Option(help: "Only this group, such as core or linalg.")
  var group: String?

  @Option(help: "Only this tier: 1, 2 or 3.")
  var tier: Int?

  @Option(help: "Only the operation, module, optimizer, scheduler or initialiser of this name.")
  var op: String?

  @Flag(
    name: .customLong("no-complex"),
    help: "Leave out, uncounted, the cases in which a complex number or dtype appears.")
  var excludesComplex = false

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(name: .customLong("unsupported"), help: "Say what is not supported.")
  var listsUnsupported = false

  @Option(name: .customLong("worker"), help: .hidden)
  var workerStart: String?

  func run() throws {
    let url = URL(fileURLWithPath: directory, isDirectory: true)
    let index = try ConformanceIndex(directory: url)
    let selection = Selection(
      kind: kind, group: group, tier: tier, operation: op, excludesComplex: excludesComplex)
    if let workerStart {
      guard let start = CasePosition(workerStart) else {
        throw ValidationError("--worker takes ROW:CASE")
      }
      Worker(directory: url, index: index, selection: selection).run(from: start)
      return
    }
    guard index.rows.contains(where: selection.contains) else {
      throw ValidationError("nothing in the data matches")
    }
    let report = try supervise(index)
    print(try json ? report.json() : report.text(listsUnsupported: listsUnsupported))
    if report.total.failed > 0 { throw ExitCode.failure }
  }

  private func supervise(_ index: ConformanceIndex) throws -> Report {
    guard let executable = Bundle.main.executableURL else {
      throw DataError("cannot find the program's own file")
    }
    var report = Report()
    let supervisor = Supervisor(
      executable: executable, arguments: Array(CommandLine.arguments.dropFirst()))
    try supervisor.run { position, id, outcome in
      guard index.rows.indices.contains(position.row) else { return }
      report.record(index.rows[position.row], id: id, outcome)
    }
    return report
  }
}

extension Kind: ExpressibleByArgument {}
