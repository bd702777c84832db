import CKernels
import Testing

@testable import Martlet

/// The one pass over parameters and state.
@Suite(.serialized) struct FusedStepTests {
  static let counts = [1, 7, 1000, 20_000, 3]

  private func run(_ make: OptimizerCatalog.Maker, threads: Int, dtype: DType) throws -> [[Double]]
  {
    let before = Threads.count
    Threads.count = threads
    defer { Threads.count = before }
    let parameters = try Self.counts.enumerated().map {
      Parameter(try sample([$1], $0, dtype: dtype))
    }
    let optimizer = try make(parameters)
    for step in 0..<4 {
      for (i, parameter) in parameters.enumerated() {
        parameter.grad = try sample([Self.counts[i]], 100 + 10 * step + i, dtype: dtype)
      }
      try optimizer.step()
    }
    return try parameters.map { try $0.value.array(of: Double.self) }
  }

  /// However parameters are dealt out to threads, their elements move alike.
  @Test(arguments: OptimizerCatalog.elementwise.indices) func threads(_ number: Int) throws {
    for dtype in [DType.float32, .bfloat16] {
      let make = OptimizerCatalog.elementwise[number]
      let one = try run(make, threads: 1, dtype: dtype)
      for threads in [2, 3] {
        #expect(try run(make, threads: threads, dtype: dtype) == one)
      }
      #expect(!one.joined().contains { !$0.isFinite })
    }
  }

  /// A million elements against a loop in double precision.
  @Test func largeParameters() throws {
    let count = 1_000_000
    let start = try sample([count], 1, dtype: .float32)
    let parameter = Parameter(start)
    let optimizer = try AdamW([parameter], learningRate: 0.01, weightDecay: 0.1)
    var values = try start.array(of: Double.self)
    var (m, v) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for step in 1...3 {
      let gradient = try sample([count], 1 + step, dtype: .float32)
      parameter.grad = gradient
      try optimizer.step()
      let g = try gradient.array(of: Double.self)
      var (c1, c2) = (1.0, 1.0)
      for _ in 0..<step { (c1, c2) = (c1 * 0.9, c2 * 0.999) }
      for i in 0..<count {
        m[i] += 0.1 * (g[i] - m[i])
        v[i] += 0.001 * (g[i] * g[i] - v[i])
        values[i] -= 0.01 * 0.1 * values[i]
        values[i] -= 0.01 * (m[i] / (1 - c1)) / ((v[i] / (1 - c2)).squareRoot() + 1e-8)
      }
    }
    let got = try parameter.value.array(of: Double.self)
    var worst = 0.0
    for i in 0..<count { worst = max(worst, abs(got[i] - values[i]) / (1 + abs(values[i]))) }
    #expect(worst < 1e-6)
  }

  @Test func whatIsRefused() throws {
    let steps = [DType.float32, .int32].map { dtype in
      var step = mk_step()
      step.dtype = dtype.kernel
      return step
    }
    #expect(
      errorText { try CPUBackend().takeSteps(steps) }
        == "step: does not take this dtype (got int32)")
  }
}
