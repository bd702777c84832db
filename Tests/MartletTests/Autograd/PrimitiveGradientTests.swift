import Testing

@testable import Martlet

/// The derivatives of every primitive of the registry, by finite differences: first and second
/// order, in reverse and in forward mode.
@Suite struct PrimitiveGradientTests {
  @Test(arguments: PrimitiveKind.allCases) func derivatives(_ kind: PrimitiveKind) throws {
    #expect(kind.type.kind == kind, "\(kind) names \(kind.type), which says that it is another")
    let samples = try PrimitiveSample.samples(of: kind)
    #expect(!samples.isEmpty, "\(kind) offers no inputs for its derivatives to be checked at")
    for sample in samples {
      expectGradients("\(kind), \(sample.name)", sample.inputs, sample.function)
      let inputs = try sample.inputs.map { try $0.requiringGrad() }
      #expect(
        try sample.function(inputs).isRecorded(of: kind), "\(kind), \(sample.name): is another")
    }
  }

  /// What has no derivative is not recorded, or says so.
  @Test func discreteFunctions() throws {
    let x = Tensor.ones([2], requiresGrad: true)
    for op in Unary.allCases where UnaryGradientTests.kind(op) == nil {
      expectNoGradient(op.table) { try op(x) }
    }
    for op in Binary.allCases where BinaryGradientTests.kind(op) == nil {
      expectNoGradient(op.table) { try op(x, x) }
    }
  }

  private func expectNoGradient(_ table: ElementwiseTable, _ function: () throws -> Tensor) {
    var recorded = false
    let text = errorText {
      let y = try function()
      recorded = y.requiresGrad
      if recorded { try y.sum().backward() }
    }
    let name = table.name
    #expect(
      text
        == (recorded
          ? "\(name) has no derivative"
          : table.domain == .integers
            ? "\(name): takes integers and bools (got float32)" : "no error"))
  }
}

extension Tensor {
  /// Whether an application of the primitive lies in this tensor's record.
  fileprivate func isRecorded(of kind: PrimitiveKind) -> Bool {
    var stack = history.map { [$0] } ?? []
    while let node = stack.popLast() {
      if node.kind == kind { return true }
      node.forEachEdge { stack.append($0) }
    }
    return false
  }
}
