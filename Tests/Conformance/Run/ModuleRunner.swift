import Foundation
import Martlet

/// Runs cases of modules: section 4 of the specification.
struct ModuleRunner {
  let table: ModuleTable

  func run(_ testCase: JSONObject, in file: CaseFile) throws -> Outcome {
    let entry = try table.entry(file.header.string("module"))
    if testCase.flag("error") { return try refuse(entry, testCase, file) }
    let module = try make(entry, testCase, file)
    try module.convert(to: DType(named: testCase.string("dtype")))
    try module.setTraining(testCase.flag("training"))
    try module.load(
      Value.dictionary(testCase, "state").mapValues { try tensor($0, file) })
    let names = try module.parameters.map(\.name)
    guard try names == testCase.strings("parameters") else {
      throw Mismatch("expected the parameters \(try testCase.strings("parameters")), got \(names)")
    }
    let arguments = try Arguments(testCase, storage: file.storage)
    let outputs = try module.forward(arguments)
    try arguments.requireAllConsumed()
    try check(module, outputs, testCase, file, arguments)
    return .passed
  }

  private func make(
    _ entry: ModuleTable.Entry, _ testCase: JSONObject, _ file: CaseFile
  ) throws -> any ModuleUnderTest {
    let arguments = try Arguments(testCase.object("constructor"), storage: file.storage)
    let module = try entry(arguments)
    try arguments.requireAllConsumed()
    return module
  }

  private func refuse(
    _ entry: ModuleTable.Entry, _ testCase: JSONObject, _ file: CaseFile
  ) throws -> Outcome {
    let type = testCase.has("error_type") ? try testCase.string("error_type") : ""
    let module: any ModuleUnderTest
    do {
      module = try make(entry, testCase, file)
      // Constructors do not throw; the parameters of a layer that cannot be made do.
      try module.convert(to: .float64)
      try module.convert(to: .float32)
    } catch {
      // Refused while it is made, it cannot be called either.
      return Outcome(refusal: error, type: type)
    }
    if try testCase.string("error_on") == "construction" {
      return .failed("expected an error at construction, got a module")
    }
    do {
      let arguments = try Arguments(testCase, storage: file.storage)
      _ = try module.forward(arguments)
      try arguments.requireAllConsumed()
    } catch {
      return Outcome(refusal: error, type: type)
    }
    return .failed("expected an error, got a result")
  }

  private func tensor(_ value: Value, _ file: CaseFile) throws -> Tensor {
    guard case .tensor(let spec) = value else { throw DataError("the state holds tensors") }
    return try Tensor(spec, in: file.storage)
  }

  private func check(
    _ module: any ModuleUnderTest, _ outputs: [Output], _ testCase: JSONObject, _ file: CaseFile,
    _ arguments: Arguments
  ) throws {
    let tolerance = Tolerance(
      rtol: try testCase.double("rtol"), atol: try testCase.double("atol"))
    let expected = try Value.list(testCase, "outputs")
    guard outputs.count == expected.count else {
      throw Mismatch("expected \(expected.count) outputs, got \(outputs.count)")
    }
    for (index, (output, value)) in zip(outputs, expected).enumerated() {
      try describing("output \(index)") { try output.expect(value, in: file.storage, tolerance) }
    }
    if testCase.has("buffers_after") {
      let buffers = Dictionary(
        try module.buffers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      for (name, value) in try Value.dictionary(testCase, "buffers_after") {
        try describing("buffer \(name) after the call") {
          guard let buffer = buffers[name] else { throw Mismatch("there is none") }
          try Output.tensor(buffer).expect(value, in: file.storage, tolerance)
        }
      }
    }
    if testCase.has("cotangents") {
      try checkGradients(module, outputs, testCase, file, arguments)
    }
  }

  private func checkGradients(
    _ module: any ModuleUnderTest, _ outputs: [Output], _ testCase: JSONObject, _ file: CaseFile,
    _ arguments: Arguments
  ) throws {
    let check = GradientCheck(
      storage: file.storage,
      tolerance: Tolerance(
        rtol: try testCase.double("grad_rtol"), atol: try testCase.double("grad_atol")))
    let parameters = try module.parameters
    let inputs = arguments.tracked
    let gradients = try check.propagate(
      cotangents: testCase.list("cotangents"), into: outputs.map(\.tensor),
      for: inputs.map(\.tensor) + parameters.map(\.value))
    for entry in try testCase.objects("grads") {
      let path = try Path(json: entry.list("of"))
      guard let position = inputs.firstIndex(where: { $0.path == path }) else {
        throw DataError("\(path) is not tracked")
      }
      try check.expect(gradients[position], entry.fields["value"], "gradient of \(path)")
    }
    for (name, value) in try testCase.object("param_grads").fields {
      guard let position = parameters.firstIndex(where: { $0.name == name }) else {
        throw DataError("there is no parameter \(name)")
      }
      try check.expect(gradients[inputs.count + position], value, "gradient of \(name)")
    }
  }
}
