import Martlet
import Testing

/// What `load(stateDict:)` does not take.
@Suite struct StateDictionaryTypeTests {
  @Test func kindsOfElementsMustAgreeAndNothingChangesOtherwise() throws {
    let norm = BatchNorm2d(2)
    var state = norm.stateDict()
    state["weight"] = try Tensor([3, 4])
    state["num_batches_tracked"] = try Tensor(7.0)
    state["bias"] = try Tensor([5.0, 6.0], dtype: .float64)
    let error = #expect(throws: TensorError.self) { try norm.load(stateDict: state) }
    let text = "\(try #require(error))"
    #expect(
      text
        == "the state dictionary does not fit; mismatched: weight is int64, expected float32,"
        + " num_batches_tracked is float32, expected int64")
    #expect(norm.stateDict()["bias"] == Tensor.zeros([2]))
    state["weight"] = try Tensor([3.0, 4.0])
    state["num_batches_tracked"] = try Tensor(7)
    try norm.load(stateDict: state)
    let bias = try Tensor([5.0, 6.0])
    #expect(norm.stateDict()["bias"] == bias)
  }
}
