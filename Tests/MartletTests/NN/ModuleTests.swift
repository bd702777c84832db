import Testing

@testable import Martlet

@Suite struct ModuleTests {
  class Base: Module {
    let first = Linear(2, 3)
    func forward(_ x: Tensor) throws -> Tensor { try first(x) }
  }
  final class Net: Base {
    @Parameter var scale = Tensor.ones([])
    @ModuleBuffer var count = Tensor.zeros([], dtype: .int64)
    let blocks = [Linear(3, 3), Linear(3, 3)]
    let missing: Linear? = nil
    let present: Linear? = Linear(3, 1)
    let norm = BatchNorm2d(4)
    let body = Sequential(Flatten(), ReLU(), Linear(3, 2, bias: false))
  }

  @Test func namesInOrderOfDeclaration() {
    let net = Net()
    #expect(
      net.namedParameters().map(\.name) == [
        "first.weight", "first.bias", "scale", "blocks.0.weight", "blocks.0.bias",
        "blocks.1.weight", "blocks.1.bias", "present.weight", "present.bias", "norm.weight",
        "norm.bias", "body.2.weight",
      ])
    #expect(
      net.namedBuffers().map(\.name) == [
        "count", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked",
      ])
    #expect(
      net.namedModules().map(\.name) == [
        "", "first", "blocks.0", "blocks.1", "present", "norm", "body", "body.0", "body.1",
        "body.2",
      ])
    #expect(net.stateDict().names.count == 16)
  }

  @Test func sharedParametersAreOneParameter() throws {
    final class Tied: Module {
      let encoder: Linear
      let decoder: Linear
      init() {
        encoder = Linear(3, 3)
        decoder = encoder
      }
      func forward(_ x: Tensor) throws -> Tensor { try decoder(encoder(x)) }
    }
    let net = Tied()
    #expect(net.parameters().count == 2)
    // A state dictionary has it under each of its names, as PyTorch's does.
    #expect(
      net.stateDict().names == [
        "encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias",
      ])
    try net(Tensor.ones([1, 3])).sum().backward()
    #expect(net.encoder.weight.grad != nil)
  }

  @Test func stateIsACopy() throws {
    let layer = Linear(2, 2)
    let state = layer.stateDict()
    let before = try #require(state["weight"])
    let numbers = try before.array(of: Float.self)
    layer.weight.grad = Tensor.ones([2, 2])
    try SGD(layer.parameters(), learningRate: 1).step()
    #expect(try before.array(of: Float.self) == numbers)
    #expect(layer.weight.value.detached() != before)
    #expect(!before.requiresGrad)
    try layer.load(stateDict: state)
    #expect(layer.weight.value.detached() == before)
    #expect(layer.weight.requiresGrad)
    // What was loaded is not written by later steps either.
    try SGD(layer.parameters(), learningRate: 1).step()
    #expect(try before.array(of: Float.self) == numbers)
  }

  @Test func loadingConverts() throws {
    let layer = Linear(2, 1)
    var state = layer.stateDict()
    state["weight"] = try Tensor([[0.5, 2.0]], dtype: .float64)
    state["bias"] = try Tensor([3.0], dtype: .bfloat16)
    try layer.load(stateDict: state)
    #expect(try layer.weight.value.detached() == Tensor([[0.5, 2.0]]))
    #expect(try layer.bias?.value.detached() == Tensor([3.0]))
    #expect(try layer(Tensor([[2.0, 1.0]])).item() == 6)
  }

  @Test func trainingAndFreezing() throws {
    let net = Sequential(Linear(2, 2), Dropout(0.5), Sequential(Dropout(0.9)))
    let x = Tensor.ones([64, 2])
    net.eval()
    #expect(try net(x) == net(x))
    net.train()
    #expect(try net(x) != net(x))
    net.requiresGrad(false)
    #expect(try !net(x).requiresGrad)
    net.requiresGrad(true)
    try net(x).sum().backward()
    #expect(net.parameters().allSatisfy { $0.grad != nil })
    net.zeroGrad()
    #expect(net.parameters().allSatisfy { $0.grad == nil })
  }

  @Test func description() {
    let net = Sequential(Linear(4, 2), ReLU(), Sequential(Conv2d(3, 8, kernelSize: 3, stride: 2)))
    #expect(
      "\(net)" == """
        Sequential(
          (0): Linear(in_features=4, out_features=2, bias=True)
          (1): ReLU()
          (2): Sequential(
            (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2))
          )
        )
        """)
  }

  @Test func initialWeights() throws {
    try withSeed(1) {
      let layer = Linear(400, 300)
      let bound = 0.05
      let weight = try layer.weight.value.to(.float64)
      #expect(try weight.abs().amax().item() <= bound)
      #expect(try weight.abs().amax().item() > 0.99 * bound)
      #expect(abs(try weight.mean().item()) < 1e-3)
      #expect(try #require(layer.bias).value.abs().amax().item() <= bound)
    }
  }
}
