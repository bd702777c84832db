import Martlet
import Testing

@testable import martlet_lessons

/// The lessons on the two-layer network give PyTorch's losses and weights from PyTorch's start
/// values.
@Suite(.enabled(if: LessonTrace.isAvailable, LessonTrace.requirement))
struct TwoLayerLessonTests {
  private typealias Training = (
    _ x: Tensor, _ y: Tensor, _ w1: Tensor, _ w2: Tensor, _ steps: Int, _ report: Report
  ) throws -> (w1: Tensor, w2: Tensor)

  private func check(_ train: Training) throws {
    let trace = try LessonTrace("two_layer")
    var record = LessonRecord()
    let (w1, w2) = try train(
      trace.tensor("x"), trace.tensor("y"), trace.tensor("start.w1"), trace.tensor("start.w2"),
      trace.steps
    ) { record.add($0) }
    record.expectLosses(of: trace, within: .init(relative: 1e-3, first: 7, later: 2e-2))
    try LessonRecord.expectClose(
      ["w1": w1.detached(), "w2": w2.detached()], trace.state("final."), rtol: 1e-4, atol: 1e-4)
  }

  @Test func gradientsByHand() throws {
    try check { try TwoLayerByHand.train(x: $0, y: $1, w1: $2, w2: $3, steps: $4, report: $5) }
  }

  @Test func gradientsByBackward() throws {
    try check { try TwoLayerBackward.train(x: $0, y: $1, w1: $2, w2: $3, steps: $4, report: $5) }
  }

  @Test func customReLU() throws {
    try check { try TwoLayerCustomReLU.train(x: $0, y: $1, w1: $2, w2: $3, steps: $4, report: $5) }
  }

  @Test func layersAndAdam() throws {
    let trace = try LessonTrace("two_layer_adam")
    let model = TwoLayerNN.model()
    try model.load(stateDict: trace.state("start."))
    var record = LessonRecord()
    try TwoLayerNN.train(model, x: trace.tensor("x"), y: trace.tensor("y"), steps: trace.steps) {
      record.add($0)
    }
    record.expectLosses(of: trace, within: adamTolerance)
    try LessonRecord.expectClose(model.stateDict(), trace.state("final."), rtol: 1e-3, atol: 1e-3)
  }

  @Test func module() throws {
    let trace = try LessonTrace("two_layer_adam")
    let names = [("0.", "hidden."), ("2.", "output.")]
    let model = TwoLayerNet()
    try model.load(stateDict: trace.state("start.", renaming: names))
    var record = LessonRecord()
    try TwoLayerModule.train(model, x: trace.tensor("x"), y: trace.tensor("y"), steps: trace.steps)
    {
      record.add($0)
    }
    record.expectLosses(of: trace, within: adamTolerance)
    try LessonRecord.expectClose(
      model.stateDict(), trace.state("final.", renaming: names), rtol: 1e-3, atol: 1e-3)
  }

  @Test func randomDepth() throws {
    let trace = try LessonTrace("two_layer_dynamic")
    let names = [
      ("input_linear.", "input."), ("middle_linear.", "middle."), ("output_linear.", "output."),
    ]
    let model = DynamicNet(chooseDepth: trace.chooser())
    try model.load(stateDict: trace.state("start.", renaming: names))
    var record = LessonRecord()
    try TwoLayerDynamic.train(model, x: trace.tensor("x"), y: trace.tensor("y"), steps: trace.steps)
    {
      record.add($0)
    }
    record.expectLosses(of: trace, within: .init(relative: 1e-3, first: 2, later: 4e-2))
    try LessonRecord.expectClose(
      model.stateDict(), trace.state("final.", renaming: names), rtol: 1e-3, atol: 1e-2)
  }

  /// Adam fits the data until only rounding is left: of 640 predictions, each a sum of 100 rounded
  /// products.
  private let adamTolerance = LessonRecord.Tolerance(
    relative: 1e-3, first: 4, later: 2e-2,
    noise: 640.0.squareRoot() * 100.0.squareRoot() * Double(Float.ulpOfOne) / 2)
}
