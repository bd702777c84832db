import Testing

@testable import Martlet

/// Products of float32 whose sums are cut into pieces, against float64.
@Suite(.serialized) struct DeepMatmulTests {
  static let shapes = [
    (64, 1000, 100), (1, 40_000, 100), (33, 769, 90), (90, 1024, 32), (16, 100_000, 3),
  ]

  @Test(arguments: shapes.indices, [(false, false), (true, false), (false, true)])
  func agreesWithFloat64(_ number: Int, _ transposed: (Bool, Bool)) throws {
    let (m, k, n) = Self.shapes[number]
    try withSeed(UInt64(number)) {
      let x = Tensor.randn(transposed.0 ? [k, m] : [m, k])
      let y = Tensor.randn(transposed.1 ? [n, k] : [k, n])
      func product(_ dtype: DType) throws -> Tensor {
        let x = try x.to(dtype)
        let y = try y.to(dtype)
        return try (transposed.0 ? x.t() : x).matmul(transposed.1 ? y.t() : y)
      }
      let single = try product(.float32)
      let error = try (single.to(.float64) - product(.float64)).abs().max().item(Double.self)
      // A running sum of n terms of unit size is off by 0.2 n eps (root mean square); the greatest
      // of thousands of such errors by at most six times as much.
      let pieces = (Double(k) / 256).rounded(.up)
      let within = 0.2 * 256 * pieces.squareRoot()
      let among = 0.2 * pieces * 16
      #expect(error <= 6 * (within + among) * Double(Float.ulpOfOne))
      let threads = Threads.count
      defer { Threads.count = threads }
      Threads.count = threads == 1 ? 2 : 1
      #expect(try product(.float32) == single)
    }
  }
}
