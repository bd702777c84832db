import Testing

@testable import Martlet

/// The tables of PyTorch's `torch.promote_types` and `torch.result_type`.
@Suite struct PromotionTests {
  /// Rows and columns in the order of `order`, from PyTorch.
  static let order: [DType] = [
    .bool, .uint8, .int8, .int16, .int32, .int64, .float16, .bfloat16, .float32, .float64,
  ]
  static let table: [[DType]] = [
    [.bool, .uint8, .int8, .int16, .int32, .int64, .float16, .bfloat16, .float32, .float64],
    [.uint8, .uint8, .int16, .int16, .int32, .int64, .float16, .bfloat16, .float32, .float64],
    [.int8, .int16, .int8, .int16, .int32, .int64, .float16, .bfloat16, .float32, .float64],
    [.int16, .int16, .int16, .int16, .int32, .int64, .float16, .bfloat16, .float32, .float64],
    [.int32, .int32, .int32, .int32, .int32, .int64, .float16, .bfloat16, .float32, .float64],
    [.int64, .int64, .int64, .int64, .int64, .int64, .float16, .bfloat16, .float32, .float64],
    [
      .float16, .float16, .float16, .float16, .float16, .float16, .float16, .float32, .float32,
      .float64,
    ],
    [
      .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .float32, .bfloat16,
      .float32, .float64,
    ],
    [
      .float32, .float32, .float32, .float32, .float32, .float32, .float32, .float32, .float32,
      .float64,
    ],
    Array(repeating: .float64, count: 10),
  ]

  @Test func dtypes() throws {
    for (i, a) in Self.order.enumerated() {
      for (j, b) in Self.order.enumerated() {
        #expect(a.promoted(with: b) == Self.table[i][j], "\(a) with \(b)")
        let sum = try Tensor.ones([2], dtype: a) + Tensor.ones([2], dtype: b)
        #expect(sum.dtype == Self.table[i][j], "\(a) + \(b)")
      }
    }
  }

  /// A tensor without dimensions counts only by its category: bool, integer, floating point.
  @Test func zeroDimensions() throws {
    func result(_ a: DType, _ b: DType) throws -> DType {
      let x = Tensor.ones([2], dtype: a)
      let y = Tensor.ones([], dtype: b)
      let left = try (x * y).dtype
      #expect(try (y * x).dtype == left)
      return left
    }
    #expect(try result(.float32, .float64) == .float32)
    #expect(try result(.float16, .float64) == .float16)
    #expect(try result(.bfloat16, .float16) == .bfloat16)
    #expect(try result(.int8, .int64) == .int8)
    #expect(try result(.uint8, .int32) == .uint8)
    #expect(try result(.bool, .uint8) == .uint8)
    #expect(try result(.int64, .float16) == .float16)
    #expect(try result(.int32, .float64) == .float64)
    #expect(try result(.bool, .bool) == .bool)
    #expect(try result(.float32, .int64) == .float32)
    // Between themselves they promote as usual.
    #expect(
      try (Tensor.ones([], dtype: .float32) + Tensor.ones([], dtype: .float64)).dtype == .float64)
  }

  @Test func numbers() throws {
    for dtype in DType.allCases {
      let x = Tensor.ones([2], dtype: dtype)
      let withInt: DType = dtype == .bool ? .int64 : dtype
      let withFloat: DType = dtype.isFloatingPoint ? dtype : .float32
      #expect(try (x + 1).dtype == withInt, "\(dtype)")
      #expect(try (1 + x).dtype == withInt, "\(dtype)")
      #expect(try (x + 0.5).dtype == withFloat, "\(dtype)")
      #expect(try (x * true).dtype == dtype, "\(dtype)")
      #expect(try (x / 2).dtype == withFloat, "\(dtype)")
      #expect(try (x .< 0.5).dtype == .bool, "\(dtype)")
    }
    // The number is not rounded to the tensor's integers first.
    #expect(try (Tensor([1, 2]) .> 1.5).array(of: Bool.self) == [false, true])
    #expect(try (Tensor([1, 2]) * 0.5).array(of: Double.self) == [0.5, 1])
  }

  @Test func functionsOfFractions() throws {
    #expect(try Tensor([1, 4]).sqrt() == Tensor([1.0, 2.0]))
    #expect(try Tensor([true]).exp().dtype == .float32)
    #expect(try Tensor([1], dtype: .int8).atan2(Tensor([1], dtype: .float64)).dtype == .float64)
    #expect(try Tensor([1, 2], dtype: .uint8).sum().dtype == .int64)
    #expect(try Tensor([true, true]).sum().item() == 2)
    #expect(try Tensor([3], dtype: .int32).prod().dtype == .int64)
    #expect(try Tensor([1], dtype: .int16).cumsum(0).dtype == .int64)
    #expect(try Tensor([1.0], dtype: .float16).sum().dtype == .float16)
    #expect(try cat([Tensor([1]), Tensor([0.5])]).dtype == .float32)
    #expect(
      try Tensor([1]).where(Tensor([true]), else: Tensor([0.5], dtype: .float64)).dtype == .float64)
  }

  /// A tensor without dimensions does not widen one that has some, in functions that are no table
  /// entries either.
  @Test func numbersInTensorsDoNotWiden() throws {
    let x = Tensor.ones([3], dtype: .bfloat16)
    let number = Tensor.full([], 1.0)
    #expect(try Tensor.normal(mean: x, std: number).dtype == .bfloat16)
    #expect(try Tensor.normal(mean: number, std: x).dtype == .bfloat16)
    #expect(try x.nextafter(number).dtype == .bfloat16)
    #expect(try x.lerp(x, number).dtype == .bfloat16)
  }
}
