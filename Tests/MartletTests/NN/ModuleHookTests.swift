import Martlet
import Testing

/// What runs around the calls of modules.
@Suite struct ModuleHookTests {
  private final class Twice: Module {
    func forward(_ x: Tensor) throws -> Tensor { try x * 2 }
  }

  private final class Outer: Module {
    let inner = Twice()
    func forward(_ x: Tensor) throws -> Tensor { try inner(x) + 1 }
  }

  private func number(_ tensor: Tensor) throws -> Double { try tensor.item() }

  @Test func hooksSeeAndReplaceInputsAndOutputs() throws {
    let net = Outer()
    var seen: [Double] = []
    let first = net.inner.registerForwardPreHook { x in
      seen.append(try number(x))
      return try x + 10
    }
    let second = net.inner.registerForwardPreHook { x in
      seen.append(try number(x))
      return nil
    }
    let third = net.inner.registerForwardHook { x, y in
      seen += [try number(x), try number(y)]
      return try y * 100
    }
    #expect(try number(net(Tensor(1.0))) == 2201)
    #expect(seen == [1, 11, 11, 22])
    first.remove()
    second.remove()
    third.remove()
    third.remove()
    #expect(try number(net(Tensor(1.0))) == 3)
    #expect(seen.count == 4)
  }

  @Test func aHookBelongsToOneModule() throws {
    let (a, b) = (Twice(), Twice())
    var count = 0
    let handle = a.registerForwardHook { _, _ in
      count += 1
      return nil
    }
    defer { handle.remove() }
    _ = try b(Tensor(1.0))
    #expect(count == 0)
    _ = try a(Tensor(1.0))
    #expect(count == 1)
  }

  @Test func hooksOfModulesThatAreGoneDoNotReachNewOnes() throws {
    for _ in 0..<100 {
      Twice().registerForwardHook { _, y in try y * 0 }
      #expect(try number(Twice()(Tensor(1.0))) == 2)
    }
  }

  @Test func anErrorOfAHookNamesTheModule() throws {
    let net = Outer()
    let handle = net.inner.registerForwardPreHook { x in try x.reshape([3]) }
    defer { handle.remove() }
    let error = #expect(throws: TensorError.self) { try net(Tensor([1.0, 2.0])) }
    #expect("\(try #require(error))".hasSuffix("in inner (Twice)"))
  }

  @Test func backwardHooksSeeBothGradients() throws {
    let net = Outer()
    var seen: [(Double?, Double)] = []
    let handle = net.inner.registerBackwardHook { dx, dy in
      seen.append((try dx.map(number), try number(dy)))
      return try dx.map { try $0 * 5 }
    }
    let x = try Tensor(3.0).requiringGrad()
    try net(net(x)).backward()
    // The outer call's gradient goes on into the inner call.
    #expect(seen.map(\.0) == [2, 20] && seen.map(\.1) == [1, 10])
    #expect(try number(#require(x.grad)) == 100)
    handle.remove()
    x.grad = nil
    try net(x).backward()
    #expect(seen.count == 2)
  }

  @Test func withoutGradientsOfTheInputTheHookSeesTheOutputs() throws {
    let layer = Linear(1, 1)
    var seen: [(Bool, Double)] = []
    let handle = layer.registerBackwardHook { dx, dy in
      seen.append((dx == nil, try number(dy.sum())))
      return nil
    }
    defer { handle.remove() }
    try layer(Tensor.ones([4, 1])).sum().backward()
    #expect(seen.map(\.0) == [true] && seen.map(\.1) == [4])
    try noGrad { _ = try layer(Tensor.ones([4, 1])) }
    #expect(seen.count == 1)
  }

  @Test func gradientHooksReplaceGradients() throws {
    let x = try Tensor([1.0, 2.0]).requiringGrad()
    try x.withGradientHook { try $0 * 3 }.square().sum().backward()
    #expect(try #require(x.grad) == Tensor([6.0, 12.0]))
    #expect(throws: TensorError.self) {
      try x.withGradientHook { try $0.sum() }.square().sum().backward()
    }
  }
}
