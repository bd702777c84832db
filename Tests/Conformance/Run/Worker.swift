import Foundation

/// Runs the selected cases in sequence and says so on standard output. It may be ended by the code
/// under test at any moment; `Supervisor` then goes on behind that case.
struct Worker {
  let directory: URL
  let index: ConformanceIndex
  let selection: Selection
  private let runner = CaseRunner()

  init(directory: URL, index: ConformanceIndex, selection: Selection) {
    self.directory = directory
    self.index = index
    self.selection = selection
  }

  func run(from start: CasePosition) {
    for (rowNumber, row) in index.rows.enumerated().dropFirst(start.row)
    where selection.contains(row) {
      let first = rowNumber == start.row ? start.index : 0
      run(row, at: rowNumber, from: first)
    }
    send(.finished)
  }

  private func run(_ row: IndexRow, at rowNumber: Int, from first: Int) {
    do {
      let file = try CaseFile(row: row, directory: directory)
      for (number, testCase) in file.cases.enumerated().dropFirst(first)
      where !(selection.excludesComplex && mentionsComplex(testCase.fields)) {
        let position = CasePosition(row: rowNumber, index: number)
        send(.begin(position, id: try testCase.string("id")))
        send(.end(runner.run(testCase, in: file, of: row.kind)))
      }
    } catch {
      send(.begin(CasePosition(row: rowNumber, index: .max - 1), id: "-"))
      send(.end(.failed("bad data: \(error)")))
    }
  }

  private func send(_ event: WorkerEvent) {
    FileHandle.standardOutput.write(Data(event.line.utf8))
  }
}
