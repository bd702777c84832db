import Testing

@testable import Martlet

/// Matrix products at the edges of tiles, panels and blocks. All numbers are small integers, whose
/// sums every dtype here holds exactly, so that nothing but the right result will do.
@Suite(.serialized) struct TiledMatmulTests {
  /// Operands that are transposed in memory, and rows that are parts of longer ones.
  enum Layout: CaseIterable, Sendable { case plain, left, right, both, parts }

  /// m, k, n: below, at and above 8 rows, 48, 24 and 12 columns, depths of 160 and 1120, and 1920
  /// lines.
  static let shapes = [
    (1, 1, 1), (7, 5, 3), (8, 160, 48), (9, 161, 49), (16, 16, 12), (100, 330, 25), (13, 1121, 17),
    (193, 40, 97), (5, 40, 1921), (1921, 9, 8), (60, 7, 200),
  ]

  static func integers(_ shape: [Int], _ dtype: DType) throws -> Tensor {
    try withSeed(UInt64(shape[0])) { try (Tensor.randint(0..<7, shape) - 3).to(dtype) }
  }

  static func operand(
    _ rows: Int, _ columns: Int, _ dtype: DType, transposed: Bool, part: Bool
  ) throws -> Tensor {
    if transposed { return try integers([columns, rows], dtype).t() }
    if part {
      return try integers([rows, columns + 5], dtype).narrow(1, start: 3, length: columns)
    }
    return try integers([rows, columns], dtype)
  }

  /// The two operands, and their product by elementwise operations.
  static func product(
    _ m: Int, _ k: Int, _ n: Int, _ dtype: DType, _ layout: Layout
  ) throws -> (Tensor, Tensor, Tensor) {
    let x = try operand(
      m, k, dtype, transposed: layout == .left || layout == .both, part: layout == .parts)
    let y = try operand(
      k, n, dtype, transposed: layout == .right || layout == .both, part: layout == .parts)
    let wide = try (x.to(.int64).unsqueezed(2) * y.to(.int64).unsqueezed(0)).sum(1)
    return (x, y, try wide.to(dtype))
  }

  @Test(arguments: shapes, Layout.allCases) func isExact(
    _ shape: (Int, Int, Int), _ layout: Layout
  ) throws {
    let (m, k, n) = shape
    for dtype in [DType.float32, .float64, .int32, .int64, .int16] {
      let (x, y, expected) = try Self.product(m, k, n, dtype, layout)
      #expect(try x.matmul(y) == expected, "\(dtype)")
    }
  }

  /// Sums of half precision are float32 over the whole depth, and rounded once.
  @Test(arguments: [(9, 300, 50), (64, 31, 24)], [DType.float16, .bfloat16])
  func halfPrecisionRoundsOnce(_ shape: (Int, Int, Int), _ dtype: DType) throws {
    let (m, k, n) = shape
    let (x, y, _) = try Self.product(m, k, n, dtype, .plain)
    #expect(try x.matmul(y) == x.to(.float32).matmul(y.to(.float32)).to(dtype))
  }

  /// What is cut into blocks of rows or shared out by claims, and what only just is not.
  @Test(
    arguments: [
      (256, 256, 256), (1000, 300, 100), (1013, 1024, 256), (255, 520, 300), (2049, 64, 70),
      (130, 2048, 513), (777, 1100, 200), (64, 4096, 1024),
    ], Layout.allCases)
  func largeProductsAreExactForAnyThreads(_ shape: (Int, Int, Int), _ layout: Layout) throws {
    let (m, k, n) = shape
    let x = try Self.operand(
      m, k, .float32, transposed: layout == .left || layout == .both, part: layout == .parts)
    let y = try Self.operand(
      k, n, .float32, transposed: layout == .right || layout == .both, part: layout == .parts)
    let bias = try Self.integers([n], .float32)
    // The kernels of float64 are held to sums above.
    let expected = try x.to(.float64).matmul(y.to(.float64)).to(.float32)
    let threads = Threads.count
    defer { Threads.count = threads }
    for count in [1, 2, 3] {
      Threads.count = count
      #expect(try x.matmul(y) == expected)
      #expect(try linear(x, y.t(), bias) == expected + bias)
    }
  }
}
