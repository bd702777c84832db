import Testing

@testable import Martlet

/// What `print` shows of a tensor, as PyTorch shows it.
@Suite struct DescriptionTests {
  @Test func elements() throws {
    #expect(
      "\(try Tensor([[1.0, 2.5], [-3.0, 4.0]]))"
        == "tensor([[ 1.0000,  2.5000],\n        [-3.0000,  4.0000]])")
    #expect("\(try Tensor([1, 20, -3]))" == "tensor([ 1, 20, -3])")
    #expect("\(try Tensor([true, false]))" == "tensor([ True, False])")
    #expect("\(try Tensor([1.0, 2.0]))" == "tensor([1., 2.])")
    #expect("\(Tensor.zeros([]))" == "tensor(0.)")
  }

  @Test func viewsShowTheirOwnElements() throws {
    let x = try Tensor([[1, 2, 3], [4, 5, 6]])
    #expect("\(try x.t())" == "tensor([[1, 4],\n        [2, 5],\n        [3, 6]])")
    #expect("\(try x[.all, 1])" == "tensor([2, 5])")
    #expect("\(try x.flip(1)[0])" == "tensor([3, 2, 1])")
    #expect("\(try Tensor([7]).expanded(3))" == "tensor([7, 7, 7])")
  }

  @Test func suffixes() throws {
    #expect("\(try Tensor([1.0], dtype: .float64))" == "tensor([1.], dtype=float64)")
    #expect("\(Tensor.ones([1], requiresGrad: true))" == "tensor([1.], requires_grad=True)")
    let y = try Tensor.ones([1], requiresGrad: true) * 2
    #expect("\(y)" == "tensor([2.], grad_fn=<mul>)")
    #expect("\(Tensor.zeros([0]))" == "tensor([])")
  }

  @Test func largeTensorsAreSummarised() {
    let text = "\(Tensor.arange(100_000))"
    #expect(text == "tensor([    0,     1,     2,  ..., 99997, 99998, 99999])")
  }
}
