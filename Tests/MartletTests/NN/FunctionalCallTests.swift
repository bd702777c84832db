import Testing

@testable import Martlet

@Suite struct FunctionalCallTests {
  final class Net: Module {
    let first = Linear(2, 3)
    let norm = BatchNorm2d(3)
    let shared: Linear
    let again: Linear

    init() {
      shared = Linear(3, 3)
      again = shared
    }

    func forward(_ x: Tensor) throws -> Tensor {
      let h = try norm(first(x).t().reshape(1, 3, -1, 1)).reshape(3, -1).t()
      return try again(shared(h).relu())
    }
  }

  @Test func otherValues() throws {
    let net = Net()
    let x = Tensor.randn([4, 2])
    let before = net.stateDict()
    var values = net.parameterDictionary()
    #expect(values.names == net.namedParameters().map(\.name))
    #expect(values.allSatisfy { !$0.tensor.requiresGrad })
    let plain = try functionalCall(net, [:], x)
    values["again.weight"] = nil
    values["shared.weight"] = try values["shared.weight"].map { try $0 * 0 }
    let y = try functionalCall(net, values, x)
    // Of a shared layer's weight nothing is left but the bias.
    let bias = net.shared.bias?.value.detached() ?? x
    #expect(y.detached() == (try bias.expanded(4, 3)))
    #expect(plain.detached() != y.detached())
    // Nothing has happened to the module.
    for (name, tensor) in net.stateDict() { #expect(before[name] == tensor, "\(name)") }
  }

  @Test func gradientsGoToTheValues() throws {
    let net = Net()
    let x = Tensor.randn([4, 2])
    let slopes = try grad(at: net.parameterDictionary()) {
      try functionalCall(net, $0, x).square().sum()
    }
    #expect(net.parameters().allSatisfy { $0.grad == nil })
    try net(x).square().sum().backward()
    for (name, parameter) in net.namedParameters() {
      #expect(
        try slopes[name]?.allClose(parameter.grad ?? x, rtol: 1e-4, atol: 1e-6) == true, "\(name)")
    }
  }

  @Test func buffersAreReturned() throws {
    let net = Net()
    let x = Tensor.randn([4, 2])
    let (_, buffers) = try functionalCallWithBuffers(net, [:], x)
    #expect(buffers.names == net.bufferDictionary().names)
    #expect(try net.norm.numBatchesTracked?.value.item() == 0)
    _ = try net(x)
    for (name, buffer) in net.bufferDictionary() { #expect(buffers[name] == buffer, "\(name)") }
    // The state is handed from call to call.
    let (_, later) = try functionalCallWithBuffers(net, buffers, x)
    #expect(try later["norm.num_batches_tracked"]?.item() == 2)
  }

  @Test func callsNest() throws {
    final class Scale: Module {
      @Parameter var weight = Tensor.ones([])
      func forward(_ x: Tensor) throws -> Tensor { try x * weight }
    }
    final class Outer: Module {
      let inner = Scale()
      func forward(_ x: Tensor) throws -> Tensor {
        try inner(x) + functionalCall(inner, ["weight": Tensor(10.0)], x) + inner(x)
      }
    }
    let net = Outer()
    #expect(try functionalCall(net, ["inner.weight": Tensor(3.0)], Tensor(1.0)).item() == 16)
    #expect(try net(Tensor(1.0)).item() == 12)
  }

  @Test func tasksDoNotSeeEachOther() async throws {
    let layer = Linear(8, 8)
    let x = Tensor.randn([4, 8])
    let plain = try layer(x).detached()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<4 {
        group.addTask {
          let weight = Tensor.full([8, 8], Double(number))
          let expected = number == 0 ? plain : try linear(x, weight, layer.bias?.value).detached()
          return try (0..<50).allSatisfy { _ in
            try (number == 0 ? layer(x) : functionalCall(layer, ["weight": weight], x)).detached()
              == expected
          }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test func errors() throws {
    let layer = Linear(2, 3)
    #expect(
      errorText {
        try functionalCall(
          layer, ["w": Tensor.ones([1]), "bias": Tensor.ones([2])], Tensor.ones([2]))
      }
        == "the state dictionary does not fit; unexpected: w; mismatched: bias is [2], expected [3]"
    )
  }
}
