/// Runs cases of every kind.
struct CaseRunner {
  private let operations = OperationRunner(table: .standard())
  private let modules = ModuleRunner(table: .standard())
  private let optimizers = OptimizerRunner(table: .standard())
  private let schedulers = SchedulerRunner(table: .standard())
  private let initializers = InitializerRunner(table: .standard())

  func run(_ testCase: JSONObject, in file: CaseFile, of kind: Kind) -> Outcome {
    do {
      return switch kind {
      case .ops: try operations.run(testCase, in: file)
      case .modules: try modules.run(testCase, in: file)
      case .optim: try optimizers.run(testCase, in: file)
      case .schedulers: try schedulers.run(testCase, in: file)
      case .`init`: try initializers.run(testCase, in: file)
      }
    } catch {
      return Outcome(error: error)
    }
  }
}
