import Testing

@testable import Martlet

struct TensorDictionaryTests {
  @Test func keepsOrderThroughChanges() throws {
    func tensor(_ size: Int) throws -> Tensor { try countingTensor([size], .uint8) }
    var tensors: TensorDictionary = try [
      "b": tensor(1), "a": tensor(2), "c": tensor(3), "a": tensor(4),
    ]
    #expect(tensors.names == ["b", "a", "c"])
    #expect(tensors["a"]?.shape == [4])
    tensors["a"] = nil
    tensors["missing"] = nil
    tensors["d"] = try tensor(5)
    tensors["b"] = try tensor(6)
    #expect(tensors.names == ["b", "c", "d"])
    #expect(tensors.map(\.tensor.shape) == [[6], [3], [5]])
    #expect(tensors["c"]?.shape == [3] && tensors["d"]?.shape == [5] && tensors["a"] == nil)
    #expect(try TensorDictionary(["z": tensor(1), "y": tensor(2)]).count == 2)
  }

  @Test func description() throws {
    let tensors: TensorDictionary = try ["weight": Tensor([1.5, 2]), "steps": Tensor(3)]
    #expect(
      "\(tensors)" == """
        ["weight": tensor([1.5000, 2.0000]),
         "steps": tensor(3)]
        """)
    #expect("\(TensorDictionary())" == "[:]")
  }
}
