import Testing

@testable import Martlet

@Suite(.serialized) struct RandomTests {
  static let draws: [(String, @Sendable () throws -> Tensor)] = [
    ("rand", { Tensor.rand([1000]) }), ("rand64", { Tensor.rand([1000], dtype: .float64) }),
    ("randn", { Tensor.randn([999]) }), ("randn64", { Tensor.randn([999], dtype: .float64) }),
    ("randn16", { Tensor.randn([999], dtype: .float16) }),
    ("randint", { Tensor.randint(-5..<1000, [1001]) }), ("randperm", { Tensor.randperm(1000) }),
    ("bernoulli", { Tensor.bernoulli([1000], p: 0.3) }),
    ("dropout", { try dropout(Tensor.ones([1000])) }),
    ("large", { Tensor.randn([300_000]) }),
    ("large perm", { Tensor.randperm(200_000) }),
  ]

  @Test(arguments: draws.indices) func aSeedGivesTheSameNumbers(_ number: Int) throws {
    let (name, draw) = Self.draws[number]
    let first = try withSeed(7) { try draw() }
    #expect(try withSeed(7) { try draw() } == first, "\(name)")
    #expect(try withSeed(8) { try draw() } != first, "\(name)")
    // Numbers drawn before move the position, so that no two draws are the same.
    try withSeed(7) {
      let a = try draw()
      #expect(try draw() != a, "\(name)")
      #expect(a == first)
    }
  }

  @Test(arguments: draws.indices) func threadsDoNotChangeTheNumbers(_ number: Int) throws {
    let (name, draw) = Self.draws[number]
    let threads = Threads.count
    defer { Threads.count = threads }
    Threads.count = 1
    let one = try withSeed(3) { try draw() }
    Threads.count = 2
    #expect(Threads.count == 2)
    #expect(try withSeed(3) { try draw() } == one, "\(name)")
    Threads.count = 3
    #expect(try withSeed(3) { try draw() } == one, "\(name)")
  }

  @Test func scopes() {
    withSeed(1) {
      let outer = Tensor.rand([4])
      let inner = withSeed(1) { Tensor.rand([4]) }
      #expect(inner == outer)
      // The inner scope has taken nothing from the outer one.
      let next = Tensor.rand([4])
      let again = withSeed(1) { [Tensor.rand([4]), Tensor.rand([4])] }
      #expect(again[1] == next)
    }
    withSeed(1) {
      let first = Tensor.rand([4])
      manualSeed(1)
      #expect(Tensor.rand([4]) == first)
    }
  }

  @Test func tasksInheritTheScope() async {
    let expected = withSeed(5) { Tensor.rand([3]) }
    let drawn = withSeed(5) { Task { Tensor.rand([3]) } }
    #expect(await drawn.value == expected)
  }

  @Test func ranges() throws {
    try withSeed(2) {
      for dtype in [DType.float32, .float64, .float16, .bfloat16] {
        let x = Tensor.uniform([20_000], -2, 3, dtype: dtype)
        #expect(try x.amin().item() >= -2, "\(dtype)")
        #expect(try x.amax().item() < 3, "\(dtype)")
        #expect(try Tensor.rand([20_000], dtype: dtype).amax().item() < 1, "\(dtype)")
      }
      let whole = try Tensor.randint(-3..<4, [5000]).array(of: Int.self)
      #expect(Set(whole) == Set(-3..<4))
      let order = try Tensor.randperm(500).array(of: Int.self)
      #expect(order.sorted() == Array(0..<500))
      #expect(order != Array(0..<500))
      #expect(try Tensor.bernoulli([50], p: 0).sum().item() == 0)
      #expect(try Tensor.bernoulli([50], p: 1).sum().item() == 50)
      #expect(Tensor.uniform([3], 2, 2) == Tensor.full([3], 2.0))
    }
  }

  /// Sample moments within five standard errors of the distribution's.
  @Test func moments() throws {
    let count = 400_000
    let n = Double(count)
    try withSeed(11) {
      func check(_ x: Tensor, mean: Double, variance: Double, kurtosis: Double, _ name: String)
        throws
      {
        let x = try x.to(.float64)
        let m = try x.mean().item()
        let v = try x.var(correction: 0).item()
        #expect(abs(m - mean) < 5 * (variance / n).squareRoot(), "\(name): mean \(m)")
        let error = variance * ((kurtosis - 1) / n).squareRoot()
        #expect(abs(v - variance) < 5 * error + 1e-9, "\(name): variance \(v)")
      }
      try check(.rand([count]), mean: 0.5, variance: 1.0 / 12, kurtosis: 1.8, "rand")
      try check(
        .uniform([count], -1, 3, dtype: .float64), mean: 1, variance: 16.0 / 12, kurtosis: 1.8,
        "uniform")
      try check(.randn([count]), mean: 0, variance: 1, kurtosis: 3, "randn")
      try check(
        .normal([count], mean: -4, std: 3, dtype: .float64), mean: -4, variance: 9, kurtosis: 3,
        "normal")
      try check(.bernoulli([count], p: 0.5), mean: 0.5, variance: 0.25, kurtosis: 1.01, "bernoulli")
      try check(
        .randint(0..<10, [count]), mean: 4.5, variance: 99.0 / 12, kurtosis: 1.8, "randint")
      // Neighbours are independent.
      let x = Tensor.randn([count], dtype: .float64)
      let lagged = try (x[0..<(count - 1)] * x[1...]).mean().item()
      #expect(abs(lagged) < 5 / n.squareRoot())
    }
  }

  @Test func dropoutScalesWhatItKeeps() throws {
    try withSeed(4) {
      let y = try dropout(Tensor.ones([100_000]), p: 0.2)
      let values = try y.array(of: Float.self)
      #expect(values.allSatisfy { $0 == 0 || abs($0 - 1.25) < 1e-6 })
      #expect(abs(try y.mean().item() - 1) < 0.01)
      #expect(try dropout(y, training: false) == y)
      #expect(try dropout(y, p: 1) == y.zerosLike())
    }
  }
}
