import Foundation
import Martlet

/// Runs cases of optimizers: section 5 of the specification.
struct OptimizerRunner {
  let table: OptimizerTable

  func run(_ testCase: JSONObject, in file: CaseFile) throws -> Outcome {
    let entry = try table.entry(file.header.string("optimizer"))
    if testCase.flag("error") {
      do {
        _ = try make(entry, testCase, file)
      } catch {
        return Outcome(refusal: error, type: try testCase.string("error_type"))
      }
      return .failed("expected an error, got an optimizer")
    }
    let optimizer = try make(entry, testCase, file)
    let tolerance = Tolerance(
      rtol: try testCase.double("rtol"), atol: try testCase.double("atol"))
    if testCase.has("objective") {
      try followObjective(optimizer, testCase, file, tolerance)
    } else {
      try followGradients(optimizer, testCase, file, tolerance)
    }
    return .passed
  }

  private func make(
    _ entry: OptimizerTable.Entry, _ testCase: JSONObject, _ file: CaseFile
  ) throws -> any OptimizerUnderTest {
    func arguments(_ object: JSONObject) throws -> Arguments {
      try Arguments(
        positional: [], keywords: Value.dictionary(object, "kwargs"), storage: file.storage)
    }
    let options = try arguments(testCase)
    let groups = try testCase.objects("groups").map {
      OptimizerTable.Group(parameters: try $0.ints("params"), options: try arguments($0))
    }
    let values = try Value.list(testCase, "params").map { try tensor($0, file) }
    let optimizer = try entry(values, groups, options)
    try options.requireAllConsumed()
    for group in groups { try group.options.requireAllConsumed() }
    return optimizer
  }

  private func tensor(_ value: Value, _ file: CaseFile) throws -> Tensor {
    guard case .tensor(let spec) = value else { throw DataError("expected a tensor") }
    return try Tensor(spec, in: file.storage)
  }

  private func followGradients(
    _ optimizer: any OptimizerUnderTest, _ testCase: JSONObject, _ file: CaseFile,
    _ tolerance: Tolerance
  ) throws {
    let steps = try testCase.list("step_grads").map { step in
      guard let gradients = step as? [Any] else { throw DataError("a step is a list") }
      return try gradients.map { $0 is NSNull ? nil : try tensor(Value($0), file) }
    }
    let after = try testCase.list("after")
    guard after.count == steps.count else { throw DataError("not one result for every step") }
    for (number, gradients) in steps.enumerated() {
      try optimizer.step(gradients: gradients)
      try compare(optimizer, after[number], step: number + 1, file, tolerance)
    }
  }

  private func followObjective(
    _ optimizer: any OptimizerUnderTest, _ testCase: JSONObject, _ file: CaseFile,
    _ tolerance: Tolerance
  ) throws {
    let objective = try Objective(testCase.fields["objective"], storage: file.storage)
    let losses = try testCase.list("losses")
    let after = try testCase.list("after")
    let steps = try testCase.int("steps")
    guard losses.count == steps, after.count == steps else {
      throw DataError("not one result for every step")
    }
    for step in 0..<steps {
      let loss = try optimizer.step { parameters in
        guard let x = parameters.first else { throw DataError("there is no parameter") }
        return try objective.value(at: x)
      }
      guard let expected = losses[step] as? Double else { throw DataError("a loss is a number") }
      guard tolerance.accepts(loss, expected) else {
        throw Mismatch("loss of step \(step + 1): expected \(expected), got \(loss)")
      }
      try compare(optimizer, after[step], step: step + 1, file, tolerance)
    }
  }

  private func compare(
    _ optimizer: any OptimizerUnderTest, _ expected: Any, step: Int, _ file: CaseFile,
    _ tolerance: Tolerance
  ) throws {
    guard let expected = expected as? [Any] else { throw DataError("a result is a list") }
    let actual = try optimizer.parameters
    guard actual.count == expected.count else {
      throw Mismatch("expected \(expected.count) parameters, got \(actual.count)")
    }
    for (index, (parameter, value)) in zip(actual, expected).enumerated() {
      try describing("parameter \(index) after step \(step)") {
        try Output.tensor(parameter).expect(Value(value), in: file.storage, tolerance)
      }
    }
  }
}
