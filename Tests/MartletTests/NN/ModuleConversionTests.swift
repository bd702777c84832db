import Martlet
import Testing

/// `Module.to`.
@Suite struct ModuleConversionTests {
  @Test func floatingPointIsConvertedAndTheRestIsNot() throws {
    let net = Sequential(Conv2d(1, 2, kernelSize: 1), BatchNorm2d(2))
    try net(Tensor.ones([1, 1, 2, 2])).sum().backward()
    let weight = try net[0].namedParameters()[0].parameter.value.to(.float64)
    try net.to(dtype: .float64)
    for (name, value) in net.stateDict() {
      #expect(value.dtype == (name == "1.num_batches_tracked" ? .int64 : .float64), "\(name)")
    }
    #expect(net.parameters().allSatisfy { $0.grad == nil && $0.requiresGrad })
    #expect(net[0].parameters()[0].value == weight)
    #expect(try net(Tensor.ones([1, 1, 2, 2], dtype: .float64)).dtype == .float64)
  }

  @Test func whatCannotBeHadChangesNothing() throws {
    let net = Linear(2, 3)
    let before = net.stateDict()
    #expect(throws: TensorError.self) { try net.to(dtype: .int64) }
    #expect(throws: TensorError.self) { try net.to(device: .failed) }
    #expect(net.stateDict()["weight"] == before["weight"])
    try net.to(device: .null)
    #expect(try net(Tensor.zeros([5, 2], device: .null)).shape == [5, 3])
    #expect(throws: TensorError.self) { try net.to(device: .cpu) }
  }
}
