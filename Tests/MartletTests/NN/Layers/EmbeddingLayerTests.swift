import Testing

@testable import Martlet

@Suite struct EmbeddingLayerTests {
  @Test func rowsAreShortenedWhenTheyAreLookedUp() throws {
    let table = Embedding(3, 2, maxNorm: 1)
    table.weight.value = try Tensor([[3.0, 4.0], [6.0, 8.0], [0.3, 0.4]])
    let y = try table(Tensor([0, 2, 0]))
    #expect(try y.detached().allClose(Tensor([[0.6, 0.8], [0.3, 0.4], [0.6, 0.8]]), rtol: 1e-5))
    // Rows that were not looked up keep their length.
    #expect(try table.weight.value.detached()[1] == Tensor([6.0, 8.0]))
    #expect(table.weight.requiresGrad)
    try y.sum().backward()
    #expect(try table.weight.grad == Tensor([[2.0, 2.0], [0.0, 0.0], [1.0, 1.0]]))
    #expect(throws: TensorError.self) { try Embedding(3, 2, maxNorm: 1)(Tensor([3])) }
    let other = Embedding(1, 2, maxNorm: 2, normType: 1)
    other.weight.value = try Tensor([[3.0, -1.0]])
    #expect(try other(Tensor([0])).detached().allClose(Tensor([[1.5, -0.5]]), rtol: 1e-5))
  }

  @Test func gradientsByFrequency() throws {
    let table = Embedding(4, 1, paddingIndex: 3, scaleGradByFrequency: true)
    try table(Tensor([[0, 1, 1], [1, 3, 0]])).sum().backward()
    // 2 of 2, 3 of 3, none, padding.
    let grad = try #require(table.weight.grad)
    #expect(try grad.allClose(Tensor([[1.0], [1.0], [0.0], [0.0]]), rtol: 1e-6))
    let plain = Embedding(4, 1)
    try plain(Tensor([[0, 1, 1], [1, 3, 0]])).sum().backward()
    #expect(try plain.weight.grad == Tensor([[2.0], [3.0], [0.0], [1.0]]))
  }

  @Test func bags() throws {
    let bag = EmbeddingBag(4, 2, mode: .sum, paddingIndex: 0, scaleGradByFrequency: true)
    bag.weight.value = try Tensor([[9.0, 9.0], [1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    let list = try Tensor([1, 2, 0, 2])
    let y = try bag(list, offsets: Tensor([0, 2]))
    #expect(try y.detached() == Tensor([[4.0, 6.0], [3.0, 4.0]]))
    try y.sum().backward()
    #expect(
      try bag.weight.grad == Tensor([[0.0, 0.0], [1.0, 1.0], [1.0, 1.0], [0.0, 0.0]]))
    let weighted = EmbeddingBag(4, 2, mode: .sum)
    weighted.weight.value = bag.weight.value
    #expect(
      try weighted(Tensor([[1, 3]]), sampleWeights: Tensor([[2.0, -1.0]])).detached()
        == Tensor([[-3.0, -2.0]]))
    #expect(
      errorText {
        try EmbeddingBag(4, 2, mode: .max, scaleGradByFrequency: true)(Tensor([[1]]))
      } == "embeddingBag: the gradients of maxima are not scaled by frequency, in EmbeddingBag")
  }
}
