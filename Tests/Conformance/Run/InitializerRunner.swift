import Martlet

/// Runs cases of initialisers: section 7 of the specification.
struct InitializerRunner {
  let table: InitializerTable

  func run(_ testCase: JSONObject, in file: CaseFile) throws -> Outcome {
    let name = try testCase.string("function")
    let expected = try testCase.object("expect")
    let arguments = try Arguments(
      positional: [], keywords: Value.dictionary(testCase, "kwargs"), storage: file.storage)
    let kind = try testCase.string("kind")
    if kind == "gain" {
      let gain = try table.gain(name)(arguments)
      try arguments.requireAllConsumed()
      let wanted = try expected.double("value")
      guard Tolerance(rtol: 1e-12, atol: 0).accepts(gain, wanted) else {
        throw Mismatch("expected \(wanted), got \(gain)")
      }
      return .passed
    }
    let tensor = try table.initializer(name)(testCase.ints("shape"), arguments)
    try arguments.requireAllConsumed()
    try check(tensor.flattened(), kind, expected, file)
    return .passed
  }

  private func check(
    _ actual: FlatTensor, _ kind: String, _ expected: JSONObject, _ file: CaseFile
  ) throws {
    switch kind {
    case "exact":
      guard case .tensor(let spec) = try Value(expected.object("value").fields) else {
        throw DataError("expected a tensor")
      }
      try actual.expect(
        closeTo: FlatTensor(spec, in: file.storage), Tolerance(rtol: 1.3e-6, atol: 1e-5))
    case "stats": try Distribution(values: actual.reals).expect(expected)
    case "orthogonal": try actual.expectOrthogonal(gain: expected.double("gain"))
    case "sparse":
      try actual.expectSparse(
        zerosPerColumn: expected.int("zeros_per_column"),
        standardDeviation: expected.double("std"))
    default: throw DataError("unknown kind of check: \(kind)")
    }
  }
}
