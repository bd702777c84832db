import Testing

@testable import Martlet

@Suite struct VmapTests {
  let x = Tensor.arange(24, dtype: .float64).reshaped([2, 3, 4])

  @Test func dimensions() throws {
    let y = try numbers(anywhere, [4, 2])
    let sums = try vmap(over: x, y, inDims: [2, 0], outDims: [-1]) { x, y in
      #expect(x.shape == [2, 3] && y.shape == [2])
      return try x * y.unsqueezed(1)
    }
    #expect(sums.shape == [2, 3, 4])
    #expect(sums == (try x * y.t().unsqueezed(1)))
    let (first, second, constant) = try vmap(
      over: x, y, inDims: [1, nil], outDims: [1, 0, nil]
    ) { x, y in (try x.sum(0), try y.sum(), try y * 2) }
    #expect(try first == x.sum(0).t() && second == y.sum().expanded(3) && constant == y * 2)
    // Groups go in and come out as they are.
    let group: TensorDictionary = ["a": try x[0], "b": try x[1]]
    let swapped = try vmap(over: group, [try x[1], nil]) { group, list in
      ["c": group["b"] ?? x, "d": try list[0].map { try $0.sum() } ?? x] as TensorDictionary
    }
    #expect(swapped["c"] == (try x[1]))
    let empty = try vmap(over: Tensor.zeros([0, 3])) { try $0.exp().sum() }
    #expect(empty.shape == [0])
  }

  @Test func callsNest() throws {
    let a = try numbers(anywhere, [3])
    let b = try numbers(anywhere, [4], 1)
    let c = try numbers(anywhere, [4], 2)
    // The inner call sees what varies with the outer one, what varies with itself, and a result
    // that varies with neither.
    let table = try vmap(over: a) { a in
      try vmap(over: b, c) { b, c in
        let inner = try vmap(over: c.expanded(2)) { try $0 * b }
        return try (a * b).sin() + inner.sum() + Tensor(1.0, dtype: .float64)
      }
    }
    let expected = try (a.unsqueezed(1) * b).sin() + c * b * 2 + 1
    #expect(try table.agrees(with: expected))
    let rows = try vmap(over: x) { x in
      try vmap(over: x, inDims: [1], outDims: [1]) { try $0.cumsum(0) }
    }
    #expect(rows == (try x.cumsum(1)))
    // Of two variables each call differentiates its own.
    let slopes = try vmap(over: a) { a in
      try grad(at: a) { a in
        try vmap(over: b) { b in try grad(at: b) { try ($0 * a).sin() } }.sum()
      }
    }
    let loop = try a.unbind(0).map { a in
      try grad(at: a) { a in try (a * (b * a).cos()).sum() }
    }
    #expect(try slopes.agrees(with: stack(loop)))
  }

  @Test func updatesInPlace() throws {
    let values = try numbers(anywhere, [3, 2], 3)
    expectSameAsLoop("updates", [try numbers(anywhere, [3, 4]), values]) { inputs in
      var y = try inputs[0] * 1
      try noGrad { try y += 0 }
      try y.assign(inputs[1], at: 1..<3)
      try y.add(inputs[1], at: [0, 0])
      y = try y * 2
      try y.fill(0.5, where: y .< -3)
      return [y]
    }
    // A constant that an example is written into varies with the examples from then on.
    let written = try vmap(over: values) { value in
      var y = Tensor.zeros([3], dtype: .float64)
      for i in 0..<2 { try y.assign(value[i], at: i + 1) }
      try y += value[0]
      return y
    }
    let column = try values.narrow(1, start: 0, length: 1)
    #expect(
      written == (try cat([Tensor.zeros([3, 1], dtype: .float64), values], dim: 1) + column))
  }

  @Test func randomNumbers() throws {
    let x = Tensor.ones([3, 50])
    #expect(
      errorText { try vmap(over: x) { try $0.randLike() } }.contains("say by randomness:"))
    let functions: [(Tensor) throws -> Tensor] = [
      { try $0.randLike() }, { _ in Tensor.randn([50]) }, { try dropout($0, p: 0.5) },
      { _ in try Tensor.randperm(50).to(.float32) },
      { _ in try dropout(Tensor.ones([50]), p: 0.5) },
      { try ($0 * 0.5).bernoulli() },
    ]
    for (number, function) in functions.enumerated() {
      let different = try withSeed(3) { try vmap(over: x, randomness: .different, of: function) }
      let same = try withSeed(3) { try vmap(over: x, randomness: .same, of: function) }
      #expect(try different[0] != different[1] && different[1] != different[2], "\(number)")
      #expect(try same[0] == same[1] && same[1] == same[2], "\(number)")
      // Reproducible, and the same as without vmap.
      #expect(
        try withSeed(3) { try vmap(over: x, randomness: .different, of: function) } == different)
      #expect(try withSeed(3) { try function(x[0]) } == same[0])
    }
    let nested = try vmap(over: x, randomness: .same) { x in
      try vmap(over: x.narrow(0, start: 0, length: 4), randomness: .different) { _ in
        Tensor.rand([])
      }
    }
    #expect(try nested.shape == [3, 4] && nested[0] == nested[1] && nested[0, 0] != nested[0, 1])
  }

  @Test func whatNeedsValuesIsRefused() throws {
    let x = try numbers(anywhere, [3, 2])
    func text(_ body: (Tensor) throws -> Any) -> String {
      errorText {
        try vmap(over: x) { x -> Tensor in
          _ = try body(x)
          return x
        }
      }
    }
    let differs = "inside of vmap a tensor has other elements for each example"
    #expect(text { try $0.sum().item() }.contains(differs))
    #expect(text { try $0.array(of: Double.self) }.contains(differs))
    #expect(text { try $0.withUnsafeBytes { $0.count } }.contains(differs))
    #expect(text { try $0.nonzero() }.contains("differ from example to example"))
    #expect(text { try $0[$0 .> 0] }.contains("differ from example to example"))
    #expect(text { try $0.maskedSelect($0 .> 0) }.contains("differ from example to example"))
    var printed = ""
    _ = try vmap(over: x) { x in
      printed = "\(x) \(x == x)"
      return x
    }
    #expect(printed == "tensor(..., size=[2], dtype=float64, device=vmap) false")
  }

  @Test func errors() throws {
    let y = Tensor.ones([2])
    #expect(
      errorText { try vmap(over: x, Tensor.ones([5])) { x, _ in x } }
        == "vmap: one input has 2 examples, another has 5")
    #expect(
      errorText { try vmap(over: x, inDims: [nil]) { $0 } } == "vmap: no input holds examples")
    #expect(
      errorText { try vmap(over: x, inDims: [0, 1]) { $0 } }
        == "vmap: inDims has 2 dimensions for 1 groups")
    #expect(
      errorText { try vmap(over: x, inDims: [3]) { $0 } }.contains("dimension 3 is out of range"))
    #expect(
      errorText { try vmap(over: Tensor(1.0)) { $0 } }.contains(
        "expected at least 1 for the examples"))
    #expect(
      errorText { try vmap(over: y, outDims: [1]) { $0 } }.contains("dimension 1 is out of range"))
    #expect(errorText { try vmap(over: y, outDims: [nil]) { $0 } }.contains("varies with them"))
    #expect(
      errorText { try vmap(over: y) { try $0 + Tensor.ones([2], device: .null) } }
        == "add: a tensor is on cpu and another on null")
    #expect(
      errorText { try vmap(over: x) { try $0.matmul(Tensor.ones([3, 3], dtype: .float64)) } }
        == "matmul: inner sizes differ (4 and 3): [3, 4] x [3, 3]")
    #expect(
      errorText { try vmap(over: y) { try $0.reshape(Array(repeating: 1, count: 12)).exp() } }
        .contains("at most 12 with that of the examples"))
    #expect(
      errorText { try vmap(over: Tensor([[0, 1], [1, 5]])) { try y[$0] } }
        == "index: index 5 is out of range for dimension 0 of size 2")
    #expect(errorText { try vmap(over: Tensor.ones([-1])) { $0 } }.contains("negative"))
  }

  @Test func whatEscapesIsRefused() throws {
    var escaped = x
    let other = try vmap(over: x) { x in
      escaped = x
      return try x.sum()
    }
    #expect(errorText { try escaped + 1 }.contains("taken out of the function"))
    #expect(errorText { try escaped.sum().item() }.contains("taken out of the function"))
    #expect(errorText { try vmap(over: other) { try $0 + escaped } }.contains("taken out"))
    #expect(errorText { try escaped.item() }.contains("needs exactly one element"))
    #expect("\(escaped)".contains("device=vmap"))
    #expect(try escaped[0].t().shape == [4])
    let parameter = Parameter(Tensor.ones([3, 4], dtype: .float64))
    parameter.grad = escaped
    #expect(errorText { try SGD([parameter], learningRate: 1).step() }.contains("vmap"))
  }

  @Test func nullDevice() throws {
    let x = Tensor.zeros([1 << 20, 1 << 10, 1 << 10], device: .null)
    let w = Tensor.zeros([1 << 10, 1 << 10], device: .null)
    let y = try vmap(over: x) { x in try grad(at: w) { try x.matmul($0).sum() } }
    #expect(y.shape == [1 << 20, 1 << 10, 1 << 10] && y.device == .null)
    #expect(try vmap(over: x) { try $0[[1, 2]].sort().values }.shape == [1 << 20, 2, 1 << 10])
  }

  @Test func tasksAtTheSameTime() async throws {
    let x = try numbers(anywhere, [5, 3])
    let expected = try x.sin().sum(1)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try (0..<50).allSatisfy { (_: Int) -> Bool in
            try vmap(over: x) { try $0.sin().sum() }.agrees(with: expected)
          }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}

extension Tensor {
  /// For default values of properties.
  fileprivate func reshaped(_ shape: [Int]) -> Tensor {
    (try? reshape(shape)) ?? self
  }
}
