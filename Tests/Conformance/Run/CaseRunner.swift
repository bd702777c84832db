/// Runs cases of every kind.
struct CaseRunner {
  private let operations = OperationRunner(table: .standard())

  func run(_ testCase: JSONObject, in file: CaseFile, of kind: Kind) -> Outcome {
    do {
      switch kind {
      case .ops: return try operations.run(testCase, in: file)
      case .modules, .optim, .schedulers, .`init`: throw Unsupported(kind.rawValue)
      }
    } catch {
      return Outcome(error: error)
    }
  }
}
