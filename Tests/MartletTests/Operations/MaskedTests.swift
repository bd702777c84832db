import Testing

@testable import Martlet

/// Masked operations against the plain ones on the elements that are kept, and what is left where
/// nothing is.
@Suite struct MaskedTests {
  @Test func asIfTheOthersWereNotThere() throws {
    let x = try Tensor([[3.0, -1, 7, 2], [5, 4, -6, 8]], dtype: .float64)
    let mask = try Tensor([true, false, true, true])
    let kept = try Tensor([[3.0, 7, 2], [5, -6, 8]], dtype: .float64)
    func expect(_ a: Tensor, _ b: Tensor, _ name: Comment) throws {
      #expect(try a.shape == b.shape && (a - b).abs().amax().item() < 1e-14, name)
    }
    for dims in [[], [1], [0], [0, 1], [-1]] {
      try expect(Masked.mean(x, [1], mask: mask), kept.mean(1), "mean")
      if dims == [0] { continue }
      try expect(Masked.sum(x, dims, mask: mask), kept.sum(dims), "sum")
      try expect(Masked.var(x, dims, mask: mask), kept.var(dims), "var")
      try expect(
        Masked.std(x, dims, correction: 0, mask: mask), kept.std(dims, correction: 0), "std")
      try expect(Masked.amax(x, dims, mask: mask), kept.amax(dims), "amax")
      try expect(Masked.amin(x, dims, mask: mask), kept.amin(dims), "amin")
      try expect(Masked.norm(x, 3, dims, mask: mask), kept.norm(3, dims), "norm")
      try expect(Masked.logSumExp(x, dims, mask: mask), kept.logSumExp(dims), "logSumExp")
    }
    try expect(Masked.prod(x, mask: mask), kept.prod(), "prod")
    try expect(
      Masked.prod(x, [1, 0], keepDim: true, mask: mask), kept.prod().reshape([1, 1]), "2")
    try expect(Masked.median(x, 1, mask: mask), kept.median(dim: 1).values, "median")
    #expect(try Masked.argmax(x, 1, mask: mask).array(of: Int.self) == [2, 3])
    #expect(try Masked.argmin(x, 1, mask: mask).array(of: Int.self) == [3, 2])
    let shares = try Masked.softmax(x, 1, mask: mask)
    try expect(shares.indexSelect(1, Tensor([0, 2, 3])), kept.softmax(dim: 1), "softmax")
    #expect(try shares.narrow(1, start: 1, length: 1).array(of: Double.self) == [0, 0])
  }

  @Test func nothingKept() throws {
    let x = try Tensor([[1.0, 2], [3, 4]])
    let mask = try Tensor([[true, false], [false, false]])
    #expect(try Masked.sum(x, [1], mask: mask).array(of: Float.self) == [1, 0])
    #expect(try Masked.prod(x, [1], mask: mask).array(of: Float.self) == [1, 1])
    #expect(try Masked.amax(x, [1], mask: mask).array(of: Float.self) == [1, -.infinity])
    #expect(try Masked.mean(x, [1], mask: mask).array(of: Float.self)[1].isNaN)
    #expect(try Masked.median(x, 1, mask: mask).array(of: Float.self)[1].isNaN)
  }

  @Test func gradientsStayOut() throws {
    let x = Tensor.ones([3], requiresGrad: true)
    try Masked.mean(x, mask: Tensor([true, false, true])).backward()
    #expect(try #require(x.grad).array(of: Float.self) == [0.5, 0, 0.5])
  }

  @Test func errors() {
    let x = Tensor.ones([2, 3])
    #expect(errorText { try Masked.sum(x, mask: Tensor.ones([2], dtype: .bool)) } != "no error")
    #expect(errorText { try Masked.prod(x, [2]) } != "no error")
    #expect(
      errorText { try Masked.mean(Tensor.ones([2], dtype: .int64)) }
        == "mean: takes floating point (got int64)")
  }
}
