import Testing

@testable import Martlet

private final class Model: Module {
  let encoder = Sequential {
    Linear(4, 8)
    ReLU()
    Linear(9, 3)
  }
  let head = Linear(3, 2)
  func forward(_ x: Tensor) throws -> Tensor { try head(encoder(x)) }
}

@Suite struct ModuleErrorTests {
  @Test func pathOfTheModuleThatFailed() {
    #expect(
      errorText { try Model()(Tensor.ones([5, 4])) }
        == "linear: inner sizes differ (8 and 9): [5, 8] x [3, 9], in encoder.2 (Linear)")
    #expect(
      errorText { try Model()(Tensor.ones([5, 3])) }
        == "linear: inner sizes differ (3 and 4): [5, 3] x [8, 4], in encoder.0 (Linear)")
    #expect(
      errorText { try Linear(4, 2)(Tensor.ones([3])) }
        == "linear: inner sizes differ (3 and 4): [3] x [2, 4], in Linear")
  }

  @Test func errorInForwardItselfNamesTheModel() {
    final class Broken: Module {
      let inner = Linear(2, 2)
      func forward(_ x: Tensor) throws -> Tensor { try inner(x) + Tensor.ones([3]) }
    }
    #expect(
      errorText { try Broken()(Tensor.ones([1, 2])) }
        == "add: shapes do not broadcast (2 and 3 at dimension -1): [1, 2] x [3], in Broken")
  }

  @Test func strictLoadingListsEverythingAndChangesNothing() throws {
    let model = Model()
    let before = model.stateDict()
    var state = before
    state["encoder.0.weight"] = Tensor.zeros([8, 5])
    state["head.bias"] = nil
    state["head.weight"] = nil
    state["tail.weight"] = Tensor.zeros([1])
    state["encoder.0.bias"] = Tensor.full([8], 9.0)
    #expect(
      errorText { try model.load(stateDict: state) }
        == "the state dictionary does not fit; missing: head.weight, head.bias; unexpected:"
        + " tail.weight; mismatched: encoder.0.weight is [8, 5], expected [8, 4]")
    for (name, tensor) in model.stateDict() { #expect(tensor == before[name]) }
    // Not strict still refuses shapes, and still changes nothing.
    #expect(
      errorText { try model.load(stateDict: state, strict: false) }
        == "the state dictionary does not fit; mismatched: encoder.0.weight is [8, 5], expected"
        + " [8, 4]")
    #expect(model.stateDict()["encoder.0.bias"] == before["encoder.0.bias"])
    state["encoder.0.weight"] = nil
    try model.load(stateDict: state, strict: false)
    #expect(model.stateDict()["encoder.0.bias"] == Tensor.full([8], 9.0))
    #expect(model.stateDict()["head.bias"] == before["head.bias"])
  }

  @Test func otherErrorsPassUnchanged() {
    struct Other: Error {}
    let net = Sequential(Lambda<Tensor, Tensor> { _ in throw Other() })
    #expect(throws: Other.self) { try net(Tensor.ones([1])) }
  }
}
