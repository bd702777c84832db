import Testing

@testable import Martlet

@Suite struct ConcurrentBackwardTests {
  /// Gradients of several tasks into one variable: none is lost, none is mixed with another's.
  @Test func sharedParameter() async throws {
    let w = Tensor.ones([50], dtype: .float64, requiresGrad: true)
    let tasks = 8
    let rounds = 50
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<tasks {
        group.addTask {
          for round in 0..<rounds {
            let factor = Double(task * rounds + round)
            try (w * factor).square().sum().backward()
          }
        }
      }
      try await group.waitForAll()
    }
    let total = (0..<tasks * rounds).reduce(0.0) { $0 + 2 * Double($1) * Double($1) }
    #expect(try #require(w.grad).array(of: Double.self).allSatisfy { $0 == total })
  }

  /// One record, walked by several tasks at once.
  @Test func sharedRecord() async throws {
    let w = try Tensor(3.0, dtype: .float64, requiresGrad: true)
    var y = w
    for _ in 0..<200 { y = try y + w * w }
    let root = y
    try await withThrowingTaskGroup(of: Double?.self) { group in
      for _ in 0..<6 {
        group.addTask {
          try gradients(of: root, for: [w], retainGraph: true)[0]?.item()
        }
      }
      for try await slope in group { #expect(slope == 1201.0) }
    }
    #expect(w.grad == nil)
  }

  @Test func modesBelongToTheThread() async throws {
    let x = Tensor.ones([2], requiresGrad: true)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for i in 0..<20 {
        group.addTask {
          for _ in 0..<100 {
            let recorded =
              try i % 2 == 0 ? (x * 2).requiresGrad : !noGrad { try x * 2 }.requiresGrad
            if !recorded { return false }
          }
          return true
        }
      }
      for try await right in group { #expect(right) }
    }
  }

  @Test func inferenceOnOneModel() async throws {
    let net = Sequential(Linear(20, 30), ReLU(), Linear(30, 5))
    let inputs = (0..<6).map { i in withSeed(UInt64(i)) { Tensor.randn([40, 20]) } }
    let expected = try inputs.map { try net($0).detached() }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for (x, y) in zip(inputs, expected) {
        nonisolated(unsafe) let net = net
        group.addTask {
          for _ in 0..<30 where try net(x) != y { return false }
          return true
        }
      }
      for try await right in group { #expect(right) }
    }
  }
}
