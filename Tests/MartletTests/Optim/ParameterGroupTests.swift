import Testing

@testable import Martlet

@Suite struct ParameterGroupTests {
  @Test func groupsHaveHyperParametersOfTheirOwn() throws {
    let (a, b) = (Parameter(Tensor.ones([2])), Parameter(Tensor.ones([2])))
    let optimizer = try SGD([a], learningRate: 1)
    try optimizer.addGroup([b]) { $0.learningRate = 0.25 }
    #expect(optimizer.learningRates == [1, 0.25])
    #expect(optimizer.groups[1].learningRate == 0.25)
    (a.grad, b.grad) = (Tensor.ones([2]), Tensor.ones([2]))
    try optimizer.step()
    #expect(a.value.detached() == Tensor.zeros([2]))
    #expect(b.value.detached() == Tensor.full([2], 0.75))
    optimizer.groups[1].weightDecay = 1
    optimizer.learningRates = [0, 1]
    try optimizer.step()
    #expect(b.value.detached() == Tensor.full([2], -1.0))
    optimizer.learningRate = 0.5
    #expect(optimizer.learningRates == [0.5, 0.5])
  }

  @Test func description() throws {
    let (a, b) = (Parameter(Tensor.ones([2])), Parameter(Tensor.ones([2])))
    let optimizer = try LBFGS([a, b], learningRate: 0.5, lineSearch: .strongWolfe)
    #expect(
      "\(optimizer)" == """
        LBFGS (
        Parameter Group 0
            history_size: 100
            line_search_fn: strongWolfe
            lr: 0.5
            max_eval: 25
            max_iter: 20
            maximize: False
            params: 2
            tolerance_change: 1e-09
            tolerance_grad: 1e-07
        )
        """)
    let adam = try Adam([a])
    try adam.addGroup([b]) { $0.learningRate = 0.25 }
    let lines = "\(adam)".split(separator: "\n")
    #expect(lines.count == 2 * 9 + 2)
    #expect(lines.filter { $0.hasPrefix("    lr: ") } == ["    lr: 0.001", "    lr: 0.25"])
    #expect("\(a)" == "Parameter containing:\ntensor([1., 1.], requires_grad=True)")
  }

  /// A parameter that moves to another group keeps what is remembered of it.
  @Test func parametersMoveWithTheirState() throws {
    let (a, b) = (Parameter(Tensor.zeros([1])), Parameter(Tensor.zeros([1])))
    let optimizer = try SGD([a, b], learningRate: 1, momentum: 0.5)
    (a.grad, b.grad) = (Tensor.ones([1]), Tensor.ones([1]))
    try optimizer.step()
    try optimizer.addGroup([b, b])
    #expect(optimizer.groups.map { $0.parameters.count } == [1, 1])
    try optimizer.step()
    #expect(a.value.detached() == b.value.detached())
    #expect(try b.value.item() == -2.5)
    try optimizer.addGroup([a])
    #expect(optimizer.groups.count == 2)
  }

  @Test func selection() throws {
    final class Net: Module {
      let first = Linear(2, 3)
      let second = Linear(3, 1)
      func forward(_ x: Tensor) throws -> Tensor { try second(first(x)) }
    }
    let net = Net()
    func names(_ parameters: [Parameter]) -> [String] {
      net.namedParameters().filter { pair in parameters.contains { $0 === pair.parameter } }
        .map(\.name)
    }
    #expect(names(net.parameters(matching: "*.bias")) == ["first.bias", "second.bias"])
    #expect(names(net.parameters(matching: "first.*")) == ["first.weight", "first.bias"])
    #expect(names(net.parameters(matching: "*s*d.b??s*")) == ["second.bias"])
    #expect(names(net.parameters(matching: "first")) == [])
    #expect(names(net.parameters { $1.value.rank == 2 }) == ["first.weight", "second.weight"])
    let optimizer = try AdamW(net.parameters())
    #expect(
      errorText { try optimizer.addGroup(net.parameters(matching: "third.*")) }
        == "AdamW: a group without parameters")
    #expect(
      errorText { try optimizer.addGroup(net.parameters()) { $0.betas.1 = 2 } }
        == "AdamW: a second beta of 2.0, expected at least 0 and below 1")
    #expect(optimizer.groups.count == 1)
  }

  @Test func refusals() throws {
    let p = [Parameter(Tensor.ones([3]))]
    #expect(
      errorText { try Muon(p) } == "Muon: a tensor of 1 dimension, expected the 2 of a matrix")
    #expect(
      errorText { try Muon([], iterations: 100) }
        == "Muon: a number of iterations of 100, expected 0 to 99")
    #expect(errorText { try Adadelta(p, rho: 1.1) } == "Adadelta: a rho of 1.1, expected 0 to 1")
    #expect(
      errorText { try Rprop(p, etas: (0.5, 1)) }
        == "Rprop: a second eta of 1.0, expected above 1.0")
    #expect(
      errorText { try Adafactor(p, beta2Decay: 0.8) }
        == "Adafactor: a decay of beta2 of 0.8, expected at most 0.0")
    #expect(
      errorText { try LBFGS(p, historySize: 0) }
        == "LBFGS: a history size of 0, expected at least 1")
    #expect(
      errorText { try LBFGS(p).step() }
        == "LBFGS: needs a closure that computes the loss: step { ... }")
    #expect(
      errorText { try LBFGS(p).addGroup(p) } == "LBFGS: takes one group of parameters")
    let integers = Parameter(Tensor.ones([3], dtype: .int64))
    #expect(errorText { try SGD([integers]) } == "no error")
  }
}
