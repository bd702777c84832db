import Martlet

/// Runs cases of operations: section 3 of the specification.
struct OperationRunner {
  let table: OperationTable

  func run(_ testCase: JSONObject, in file: CaseFile) throws -> Outcome {
    let entry = try table.entry(file.header.string("op"))
    if testCase.flag("error") { return try refuse(entry, testCase, file) }
    let arguments = try Arguments(testCase, storage: file.storage)
    let outputs: [Output]
    do {
      outputs = try entry(arguments)
    } catch {
      // An error may come from an argument that was given and not understood.
      if !(error is Unsupported) { try arguments.requireAllConsumed() }
      throw error
    }
    try arguments.requireAllConsumed()
    try check(outputs, of: testCase, in: file, arguments)
    return .passed
  }

  private func refuse(
    _ entry: OperationTable.Entry, _ testCase: JSONObject, _ file: CaseFile
  ) throws -> Outcome {
    do {
      let arguments = try Arguments(testCase, storage: file.storage)
      let outputs = try entry(arguments)
      try arguments.requireAllConsumed()
      // A tensor that could not be created says so when it is first used.
      for output in outputs { _ = try output.tensor?.flattened() }
    } catch {
      return Outcome(refusal: error, type: try testCase.string("error_type"))
    }
    return .failed("expected an error, got a result")
  }

  private func check(
    _ outputs: [Output], of testCase: JSONObject, in file: CaseFile, _ arguments: Arguments
  ) throws {
    let expected = try Value.list(testCase, "outputs")
    guard outputs.count == expected.count else {
      throw Mismatch("expected \(expected.count) outputs, got \(outputs.count)")
    }
    let tolerance = Tolerance(
      rtol: try testCase.double("rtol"), atol: try testCase.double("atol"))
    if testCase.has("verify") {
      try verify(outputs, expected, testCase, file, tolerance)
    } else {
      try compare(outputs, expected, testCase, file, tolerance)
    }
    try checkMutations(testCase, file, arguments, tolerance)
    // The result of an in-place method is the input itself, which a value replaces as a whole.
    if try !file.header.string("call").hasSuffix("_") {
      try checkStorage(outputs, testCase, arguments)
    }
    if testCase.has("cotangents") {
      try checkGradients(outputs, testCase, file, arguments)
    }
  }

  private func compare(
    _ outputs: [Output], _ expected: [Value], _ testCase: JSONObject, _ file: CaseFile,
    _ tolerance: Tolerance
  ) throws {
    let comparisons = testCase.has("compare") ? try testCase.list("compare") : []
    for (index, (output, value)) in zip(outputs, expected).enumerated() {
      try describing(outputs.count > 1 ? "output \(index)" : "output") {
        if index < comparisons.count, let gather = comparisons[index] as? [String: Any] {
          guard let actual = output.tensor, case .tensor(let spec) = value else {
            throw Mismatch("expected a tensor of indices")
          }
          try actual.flattened().expect(
            picking: JSONObject(gather).int("gather"), of: source(testCase, file),
            like: FlatTensor(spec, in: file.storage))
        } else {
          try output.expect(value, in: file.storage, tolerance)
        }
      }
    }
  }

  /// The tensor that is `args[0]`.
  private func source(_ testCase: JSONObject, _ file: CaseFile) throws -> FlatTensor {
    guard case .tensor(let spec) = try Value.list(testCase, "args").first else {
      throw DataError("args[0] is not a tensor")
    }
    return try FlatTensor(spec, in: file.storage)
  }

  private func verify(
    _ outputs: [Output], _ expected: [Value], _ testCase: JSONObject, _ file: CaseFile,
    _ tolerance: Tolerance
  ) throws {
    let keywords = try Value.dictionary(testCase, "kwargs")
    var usesUpperTriangle = false
    if case .string("U") = keywords["UPLO"] { usesUpperTriangle = true }
    try Factorisation(
      kind: testCase.string("verify"), input: source(testCase, file),
      actual: outputs.map {
        guard let tensor = $0.tensor else { throw Mismatch("expected a tensor") }
        return try tensor.flattened()
      },
      expected: expected.map {
        guard case .tensor(let spec) = $0 else { throw DataError("expected a tensor") }
        return try FlatTensor(spec, in: file.storage)
      },
      tolerance: tolerance, usesUpperTriangle: usesUpperTriangle
    ).verify()
  }

  private func checkMutations(
    _ testCase: JSONObject, _ file: CaseFile, _ arguments: Arguments, _ tolerance: Tolerance
  ) throws {
    guard testCase.has("mutated") else { return }
    for mutation in try testCase.objects("mutated") {
      let path = try Path(json: mutation.list("of"))
      try describing("\(path) after the call") {
        guard let actual = arguments.mutated[path] else { throw Mismatch("it has not changed") }
        let expected = try Value(mutation.object("value").fields)
        try Output.tensor(actual).expect(expected, in: file.storage, tolerance)
      }
    }
  }

  private func checkStorage(
    _ outputs: [Output], _ testCase: JSONObject, _ arguments: Arguments
  ) throws {
    guard let views = testCase.fields["shares_storage"] as? [Bool], views.contains(true),
      let base = try arguments[0, "input"]?.tensor()
    else { return }
    for (index, (output, isView)) in zip(outputs, views).enumerated() where isView {
      guard let tensor = output.tensor, tensor.sharesStorage(with: base) else {
        throw Mismatch("output \(index) is a copy, expected a view of the input")
      }
    }
  }

  private func checkGradients(
    _ outputs: [Output], _ testCase: JSONObject, _ file: CaseFile, _ arguments: Arguments
  ) throws {
    let check = GradientCheck(
      storage: file.storage,
      tolerance: Tolerance(
        rtol: try testCase.double("grad_rtol"), atol: try testCase.double("grad_atol")))
    let gradients = try check.propagate(
      cotangents: testCase.list("cotangents"), into: outputs.map(\.tensor),
      for: arguments.tracked.map(\.tensor))
    let byPath = Dictionary(
      zip(arguments.tracked.map(\.path), gradients), uniquingKeysWith: { first, _ in first })
    for entry in try testCase.objects("grads") {
      let path = try Path(json: entry.list("of"))
      guard let gradient = byPath[path] else { throw DataError("\(path) is not tracked") }
      try check.expect(gradient, entry.fields["value"], "gradient of \(path)")
    }
  }
}
