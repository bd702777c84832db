import Martlet
import Testing

@testable import martlet_lessons

/// The polynomial lessons give PyTorch's losses and coefficients from PyTorch's start values.
@Suite(.enabled(if: LessonTrace.isAvailable, LessonTrace.requirement))
struct PolynomialLessonTests {
  private typealias Coefficients = (a: Tensor, b: Tensor, c: Tensor, d: Tensor)
  private typealias Training = (
    Tensor, Tensor, Tensor, Tensor, Int, Report
  ) throws -> Coefficients

  private func check(_ name: String, _ train: Training) throws {
    let trace = try LessonTrace(name)
    var record = LessonRecord()
    let (a, b, c, d) = try train(
      trace.tensor("start.a"), trace.tensor("start.b"), trace.tensor("start.c"),
      trace.tensor("start.d"), trace.steps
    ) { record.add($0) }
    record.expectLosses(of: trace, within: .init(relative: 1e-4))
    try LessonRecord.expectClose(
      ["a": a.detached(), "b": b.detached(), "c": c.detached(), "d": d.detached()],
      trace.state("final."), rtol: 1e-4, atol: 1e-5)
  }

  @Test func gradientsByHand() throws {
    try check("polynomial") {
      try PolynomialByHand.train(a: $0, b: $1, c: $2, d: $3, steps: $4, report: $5)
    }
  }

  @Test func gradientsByBackward() throws {
    try check("polynomial") {
      try PolynomialBackward.train(a: $0, b: $1, c: $2, d: $3, steps: $4, report: $5)
    }
  }

  @Test func customFunction() throws {
    try check("legendre") {
      try PolynomialLegendre.train(a: $0, b: $1, c: $2, d: $3, steps: $4, report: $5)
    }
  }

  /// The start values that the lesson has by default are those of PyTorch's tutorial.
  @Test func customFunctionFromItsOwnStart() throws {
    let trace = try LessonTrace("legendre")
    var record = LessonRecord()
    _ = try PolynomialLegendre.train(report: { record.add($0) })
    record.expectLosses(of: trace, within: .init(relative: 1e-4))
  }

  @Test func customModule() throws {
    let trace = try LessonTrace("polynomial")
    let model = Cubic()
    try model.load(stateDict: trace.state("start."))
    var record = LessonRecord()
    try PolynomialModule.train(model, steps: trace.steps) { record.add($0) }
    record.expectLosses(of: trace, within: .init(relative: 1e-4))
    try LessonRecord.expectClose(model.stateDict(), trace.state("final."), rtol: 1e-4, atol: 1e-5)
  }

  @Test func layers() throws {
    let trace = try LessonTrace("polynomial_nn")
    let model = PolynomialNN.model()
    try model.load(stateDict: trace.state("start."))
    var record = LessonRecord()
    try PolynomialNN.train(model, steps: trace.steps) { record.add($0) }
    record.expectLosses(of: trace, within: .init(relative: 1e-4))
    try LessonRecord.expectClose(model.stateDict(), trace.state("final."), rtol: 1e-4, atol: 1e-5)
  }

  @Test func rmsprop() throws {
    let trace = try LessonTrace("polynomial_rmsprop")
    let model = PolynomialNN.model()
    try model.load(stateDict: trace.state("start."))
    var record = LessonRecord()
    try PolynomialRMSprop.train(model, steps: trace.steps) { record.add($0) }
    // Near the optimum little is left of the gradients, and RMSprop divides by their size.
    record.expectLosses(of: trace, within: .init(relative: 1e-4, first: 10, later: 4e-2))
    try LessonRecord.expectClose(model.stateDict(), trace.state("final."), rtol: 1e-3, atol: 2e-3)
  }

  @Test func controlFlow() throws {
    let trace = try LessonTrace("dynamic_net")
    let model = DynamicPolynomial(chooseEnd: trace.chooser())
    try model.load(stateDict: trace.state("start."))
    var record = LessonRecord()
    try PolynomialDynamic.train(model, steps: trace.steps) { record.add($0) }
    record.expectLosses(of: trace, within: .init(relative: 1e-3))
    try LessonRecord.expectClose(model.stateDict(), trace.state("final."), rtol: 1e-3, atol: 1e-4)
  }
}
