import Martlet
import Testing

/// Copies of modules.
@Suite struct ModuleCopyTests {
  private final class Net: Module {
    let body = Sequential(Linear(2, 4), ReLU(), Sequential(Linear(4, 4), ReLU()), Dropout(0.5))
    let head = Linear(4, 1)
    func forward(_ x: Tensor) throws -> Tensor { try head(body(x)) }
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
