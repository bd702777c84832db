import Martlet
import Testing

/// Modules put in the place of others, and copies of modules.
@Suite struct ModuleReplacementTests {
  private final class Net: Module {
    let body = Sequential(Linear(2, 4), ReLU(), Sequential(Linear(4, 4), ReLU()), Dropout(0.5))
    let head = Linear(4, 1)
    func forward(_ x: Tensor) throws -> Tensor { try head(body(x)) }
  }

  @Test func modulesInsideOfContainersAreReplaced() throws {
    let net = Net()
    var paths: [String] = []
    let count = try net.replaceModules { path, module in
      paths.append(path)
      return module is ReLU ? GELU() : nil
    }
    #expect(count == 2)
    // `head` stands in a property.
    #expect(paths == ["body.0", "body.1", "body.2", "body.2.0", "body.2.1", "body.3"])
    #expect(net.body[1] is GELU)
    #expect(!net.treeDescription.contains("ReLU"))
  }

  @Test func whatAPlaceDoesNotTakeIsAnError() throws {
    let list = ModuleList([Linear(1, 1), Linear(1, 1)])
    let error = #expect(throws: TensorError.self) {
      try list.replaceModules { _, _ in ReLU() }
    }
    let text = "\(try #require(error))"
    #expect(
      text
        == "replaceModules: a ReLU cannot be put at 0, which takes what a ModuleList holds")
  }

  @Test func aCopyHasTheValuesAndItsOwnLife() throws {
    let net = Net()
    net.body.requiresGrad(false)
    net.body.eval()
    let copy = try net.deepCopy { Net() }
    let x = Tensor.randn([3, 2])
    let (expected, got) = (try net(x), try copy(x))
    #expect(got == expected)
    #expect(copy.body.parameters().allSatisfy { !$0.requiresGrad })
    #expect(copy.head.parameters().allSatisfy { $0.requiresGrad })
    #expect((copy.body[3] as? Dropout)?.isTraining == false)
    let before = try copy(x)
    let optimizer = try SGD(net.parameters(), learningRate: 1)
    try net(x).sum().backward()
    try optimizer.step()
    let (moved, kept) = (try net(x), try copy(x))
    #expect(moved != before && kept == before)
    #expect(copy.parameters().allSatisfy { $0.grad == nil })
  }

  @Test func anotherStructureIsAnErrorThatListsTheDifference() {
    #expect(throws: TensorError.stateDict(missing: ["bias"], unexpected: [], mismatched: [])) {
      try Linear(2, 2).deepCopy { Linear(2, 2, bias: false) }
    }
  }
}

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
