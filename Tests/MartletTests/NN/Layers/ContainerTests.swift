import Testing

@testable import Martlet

@Suite struct ContainerTests {
  @Test func sequentialIsReplaceable() throws {
    let net = Sequential(Linear(2, 3), ReLU(), Linear(3, 4))
    net[2] = Linear(3, 5)
    #expect(try net(Tensor.ones([1, 2])).shape == [1, 5])
    net.append(Linear(5, 1))
    net.insert(Tanh(), at: 3)
    #expect(net.count == 5)
    #expect(try net(Tensor.ones([1, 2])).shape == [1, 1])
    #expect(net.remove(at: 1) is ReLU)
    net.append(contentsOf: [Flatten(), Linear(1, 2)])
    #expect(
      net.stateDict().names == [
        "0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias", "5.weight", "5.bias",
      ])
    #expect(net.map(\.layerName) == ["Linear", "Linear", "Tanh", "Linear", "Flatten", "Linear"])
    #expect(net.last is Linear)
  }

  private final class Tower: Module {
    let layers = ModuleList((0..<3).map { _ in Linear(2, 2) })
    let heads: ModuleDict<any Module<Tensor, Tensor>> = ["b": Linear(2, 1), "a": Dropout(0.5)]
    let factors = ParameterList([Tensor.ones([2]), Tensor.zeros([2])])
    let named: ParameterDict = ["y": Tensor.ones([]), "x": Tensor.zeros([2])]

    func forward(_ x: Tensor) throws -> Tensor {
      var x = x
      for (layer, factor) in zip(layers, factors) { x = try layer(x) * factor.value }
      for (_, head) in heads { x = try head(x) }
      return x
    }
  }

  /// The names and their order are those of PyTorch's containers.
  @Test func namesOfMembers() throws {
    let tower = Tower()
    #expect(
      tower.namedParameters().map(\.name) == [
        "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias",
        "layers.2.weight", "layers.2.bias", "heads.b.weight", "heads.b.bias", "factors.0",
        "factors.1", "named.y", "named.x",
      ])
    tower.heads["b"] = Linear(2, 3)
    tower.heads["c"] = ReLU()
    #expect(tower.heads.keys == ["b", "a", "c"])
    #expect(tower.heads.count == 3)
    tower.heads["b"] = nil
    #expect(tower.heads["b"] == nil)
    tower.heads["b"] = Linear(3, 3)
    #expect(tower.heads.map(\.key) == ["a", "c", "b"])
    tower.factors.append(Tensor.zeros([3]))
    tower.factors[0] = Parameter(Tensor.zeros([1]))
    tower.named["x"] = nil
    #expect(
      tower.stateDict().names.suffix(6) == [
        "heads.b.weight", "heads.b.bias", "factors.0", "factors.1", "factors.2", "named.y",
      ])
    #expect(tower.stateDict()["factors.0"]?.shape == [1])
  }

  @Test func trainingReachesMembers() throws {
    let tower = Tower()
    tower.eval()
    let dropout = try #require(tower.heads["a"] as? Dropout)
    #expect(!dropout.isTraining)
    let names = tower.namedModules().map(\.name)
    #expect(names.contains("heads.a") && names.contains("layers.2"))
    try tower(Tensor.ones([1, 2])).sum().backward()
    #expect(tower.factors[1].grad != nil)
    #expect(tower.layers[2].weight.grad == nil)
  }

  @Test func errorsCarryPathsThroughContainers() {
    let tower = Tower()
    tower.layers[1] = Linear(7, 2)
    #expect(
      errorText { try tower(Tensor.ones([1, 2])) }
        == "linear: inner sizes differ (2 and 7): [1, 2] x [2, 7], in layers.1 (Linear)")
  }

  @Test func parametersWithNamesOfTheirOwn() {
    let list = ParameterList([Parameter(wrappedValue: Tensor.zeros([1]), "weight")])
    #expect(list.stateDict().names == ["0"])
  }
}
