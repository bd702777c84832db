import CKernels
import Testing

@testable import Martlet

@Suite struct AutogradErrorTests {
  let x = Tensor.ones([2, 2], requiresGrad: true)

  @Test func nothingToDifferentiate() {
    #expect(
      errorText { try Tensor.ones([]).backward() }
        == "backward: the tensor does not require gradients and was not computed from one that does"
    )
    #expect(errorText { try x.sum().detached().backward() }.contains("does not require gradients"))
    #expect(errorText { try noGrad { try x.sum() }.backward() }.contains("does not require"))
    #expect(
      errorText { try gradients(of: x.sum(), for: [Tensor.ones([3])]) }
        == "gradients: an input of shape [3] requires no gradients")
  }

  @Test func severalElementsNeedAGradient() {
    #expect(
      errorText { try (x * 2).backward() }
        == "backward: a tensor of shape [2, 2] needs a gradient to start from; without one it must"
        + " have a single element")
    #expect(
      errorText { try (x * 2).backward(Tensor.ones([2])) }
        == "backward: the gradient must have the tensor's shape: [2, 2] x [2]")
    #expect(
      errorText { try gradients(of: [x.sum()], for: [x], gradOutputs: []) }
        == "gradients: 0 gradients for 1 outputs")
    #expect(throws: Never.self) { try (x * 2).backward(Tensor.ones([2, 2])) }
  }

  @Test func secondTimeWithoutRetaining() throws {
    let y = try (x * x).sum()
    try y.backward()
    #expect(
      errorText { try y.backward() }
        .hasSuffix(
          "a second time, but what it saved was freed by the first; pass retainGraph: true there to"
            + " keep it"))
    #expect(try #require(x.grad) == Tensor.full([2, 2], 2.0))
  }

  @Test func leafInPlaceWhileRecording() throws {
    var leaf = x
    let text =
      "a variable that requires gradients is updated in place while operations are recorded; do it"
      + " inside of noGrad { }"
    #expect(errorText { try leaf += 1 } == "add: " + text)
    #expect(errorText { try leaf *= leaf } == "mul: " + text)
    #expect(errorText { try leaf.fill(0) } == "fill: " + text)
    #expect(errorText { try leaf.assign(0, at: 0) } == "assign: " + text)
    #expect(errorText { try leaf.fill(0, where: leaf .> 0) } == "fill: " + text)
    #expect(leaf.detached() == Tensor.ones([2, 2]))
    #expect(throws: Never.self) { try noGrad { try leaf += 1 } }
  }

  @Test func noDerivative() throws {
    #expect(
      errorText { try Binary.zeta(x, Tensor.ones([])).sum().backward() }
        == "zeta has no derivative by its first argument")
  }

  @Test func wrongGradientIsFound() {
    struct Wrong: Function {
      func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
        try inputs[0] * 3
      }
      func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
        [try gradient * 2]
      }
    }
    let text = errorText {
      try gradientCheck([Tensor.ones([2], dtype: .float64)]) { [try Wrong()($0[0])] }
    }
    #expect(
      text.hasPrefix(
        "gradient check: the derivative of element 0 of output 0 by element 0 of input 0 is 2.0, but"
          + " finite differences give"))
    #expect(
      errorText { try gradientCheck([Tensor.ones([2])]) { $0 } }
        == "gradientCheck: finite differences need float64 inputs (got float32)")
  }
}
