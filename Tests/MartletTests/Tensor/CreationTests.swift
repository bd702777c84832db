import Testing

@testable import Martlet

@Suite struct CreationTests {
  @Test func defaultDtypes() throws {
    #expect(try Tensor([1.5]).dtype == .float32)
    #expect(try Tensor([1]).dtype == .int64)
    #expect(try Tensor([true]).dtype == .bool)
    #expect(try Tensor([Float(1)]).dtype == .float32)
    #expect(try Tensor([Int32(1)]).dtype == .int32)
    #expect(try Tensor([UInt8(1)]).dtype == .uint8)
    #expect(try Tensor([1.5], dtype: .float64).item() == 1.5)
    #expect(try Tensor(3).shape == [])
    #expect(Tensor.full([2], 1).dtype == .int64)
    #expect(Tensor.full([2], 1.0).dtype == .float32)
    #expect(Tensor.full([2], true).dtype == .bool)
    #expect(Tensor.zeros([2]).dtype == .float32)
    #expect(Tensor.arange(3).dtype == .int64)
    #expect(Tensor.arange(3.0).dtype == .float32)
    #expect(Tensor.arange(0, 3, step: 0.5).dtype == .float32)
  }

  @Test func nestedArrays() throws {
    let x = try Tensor([[[1, 2], [3, 4], [5, 6]]])
    #expect(x.shape == [1, 3, 2])
    #expect(try x.array(of: Int.self) == [1, 2, 3, 4, 5, 6])
    #expect(try Tensor([[Int]]()).shape == [0])
    #expect(try Tensor([[Int](), []]).shape == [2, 0])
    // Doubles keep their digits on the way to float64.
    #expect(try Tensor([0.1], dtype: .float64).array(of: Double.self) == [0.1])
    #expect(try Tensor([Int.max, .min]).array(of: Int.self) == [.max, .min])
  }

  @Test func arange() throws {
    func values(_ x: Tensor) throws -> [Double] { try x.array(of: Double.self) }
    #expect(try values(.arange(4)) == [0, 1, 2, 3])
    #expect(try values(.arange(1, 8, step: 3)) == [1, 4, 7])
    #expect(try values(.arange(5, 0, step: -2)) == [5, 3, 1])
    #expect(try values(.arange(0)) == [])
    #expect(try values(.arange(2, 2)) == [])
    #expect(try values(.arange(0.0, 1.0, step: 0.25)) == [0, 0.25, 0.5, 0.75])
    #expect(try values(.arange(0, 1, step: 0.3, dtype: .float64)).count == 4)
    #expect(try values(.arange(3, dtype: .bfloat16)) == [0, 1, 2])
    // Beyond 2^53, where doubles cannot tell neighbours apart.
    let start = 1 << 60
    #expect(
      try Tensor.arange(start, start + 3).array(of: Int.self) == [start, start + 1, start + 2])
    #expect(
      try Tensor.arange(Int.min, .min + 5, step: 2).array(of: Int.self)
        == [.min, .min + 2, .min + 4])
  }

  @Test func linspace() throws {
    func values(_ x: Tensor) throws -> [Double] { try x.array(of: Double.self) }
    #expect(try values(.linspace(0, 1, 5)) == [0, 0.25, 0.5, 0.75, 1])
    #expect(try values(.linspace(3, 3, 2)) == [3, 3])
    #expect(try values(.linspace(2, 9, 1)) == [2])
    #expect(try values(.linspace(2, 9, 0)) == [])
    #expect(try values(.linspace(1, -1, 3)) == [1, 0, -1])
    let tenths = try values(.linspace(0, 0.3, 4, dtype: .float64))
    #expect(tenths[0] == 0 && tenths[3] == 0.3)
  }

  @Test func eye() throws {
    #expect(try Tensor.eye(2).array(of: Int.self) == [1, 0, 0, 1])
    #expect(try Tensor.eye(2, 3).array(of: Int.self) == [1, 0, 0, 0, 1, 0])
    #expect(try Tensor.eye(3, 1, dtype: .bool).array(of: Bool.self) == [true, false, false])
    #expect(Tensor.eye(0).shape == [0, 0])
  }

  @Test func likes() throws {
    let x = try Tensor([[1, 2, 3]], dtype: .int16)
    #expect(try x.zerosLike() == Tensor.zeros([1, 3], dtype: .int16))
    #expect(try x.onesLike(dtype: .float64) == Tensor.ones([1, 3], dtype: .float64))
    #expect(try x.fullLike(7) == Tensor.full([1, 3], 7, dtype: .int16))
    #expect(try x.randLike(dtype: .float32).shape == [1, 3])
  }

  @Test func everyDtypeHoldsOnes() throws {
    for dtype in DType.allCases {
      let x = Tensor.ones([3], dtype: dtype)
      #expect(x.dtype == dtype)
      #expect(try x.array(of: Double.self) == [1, 1, 1], "\(dtype)")
      #expect(try x.array(of: UInt8.self) == [1, 1, 1], "\(dtype)")
    }
  }

  @Test func bytes() throws {
    let x = try Tensor(uninitialized: [2], dtype: .int16) { bytes in
      bytes.storeBytes(of: 258, as: Int16.self)
      bytes.storeBytes(of: -1, toByteOffset: 2, as: Int16.self)
    }
    #expect(try x.array(of: Int.self) == [258, -1])
    #expect(try x.t().flip(0).withUnsafeBytes { Array($0) } == [255, 255, 2, 1])
  }

  @Test func conversions() throws {
    let x = try Tensor([-2.7, -0.5, 0, 0.5, 2.7])
    #expect(try x.to(.int32).array(of: Int.self) == [-2, 0, 0, 0, 2])
    #expect(try x.to(.bool).array(of: Bool.self) == [true, true, false, true, true])
    #expect(try Tensor([300, -1]).to(.uint8).array(of: Int.self) == [44, 255])
    #expect(try Tensor([Float.nan]).to(.bool).item(Bool.self))
    #expect(try Tensor([65520.0]).to(.float16).item() == .infinity)
    #expect(try Tensor([65519.0]).to(.float16).item() == 65504)
    #expect(try Tensor([1.00390625]).to(.bfloat16).item() == 1)  // halfway, to even
    #expect(try Tensor([true, false]).to(.float64).array(of: Double.self) == [1, 0])
  }
}
