import Testing

@testable import Martlet

/// Elements by rank and distinct elements, against sorting in Swift.
@Suite struct OrderStatisticsTests {
  static let nan = Double.nan

  @Test func modes() throws {
    let x = try Tensor([[3.0, 1, 3, 1, 2], [5, 4, 4, 5, 4], [7, 6, 8, 9, 5]])
    let (values, indices) = try x.mode(1)
    // The least of several; where it stands last.
    #expect(try values.array(of: Int.self) == [1, 4, 5])
    #expect(try indices.array(of: Int.self) == [3, 4, 4])
    let (kept, places) = try x.mode(0, keepDim: true)
    #expect(kept.shape == [1, 5])
    #expect(try kept.array(of: Int.self) == [3, 1, 3, 1, 2])
    #expect(try places.array(of: Int.self) == [0, 0, 0, 0, 0])
    // No NaN is frequent.
    let spoilt = try Tensor([Self.nan, 2, Self.nan, 2, Self.nan]).mode()
    #expect(try spoilt.values.item() == 2 && spoilt.indices.item(Int.self) == 3)
    #expect(
      errorText { try Tensor.zeros([2, 0]).mode(1) } == "mode: dimension 1 has no elements: [2, 0]")
    let single = try Tensor(4.0).mode(0)
    #expect(try single.values.item() == 4)
  }

  @Test func mediansWithoutNaN() throws {
    let x = try Tensor([
      [Self.nan, 3, 1, Self.nan], [4, 2, 3, 1], [Self.nan, Self.nan, Self.nan, Self.nan],
    ])
    let (values, indices) = try x.nanmedian(dim: 1)
    let found = try values.array(of: Double.self)
    #expect(found[0] == 1 && found[1] == 2 && found[2].isNaN)
    #expect(try Array(indices.array(of: Int.self).prefix(2)) == [2, 1])
    #expect(try x.nanmedian().item() == 2)
    #expect(try x.median(dim: 1).values.array(of: Double.self)[0].isNaN)
    let variable = try Tensor([5.0, Self.nan, 1.0, 3.0]).requiringGrad()
    try variable.nanmedian().backward()
    #expect(try variable.grad?.array(of: Int.self) == [0, 0, 0, 1])
  }

  @Test func quantilesWithoutNaN() throws {
    let x = try Tensor([[1.0, Self.nan, 3.0, 2.0], [Self.nan, Self.nan, Self.nan, Self.nan]])
    let q = try Tensor([0.0, 0.25, 1.0])
    let found = try x.nanquantile(q, 1).array(of: Double.self)
    #expect(found[0] == 1 && found[2] == 1.5 && found[4] == 3)
    #expect(found[1].isNaN && found[3].isNaN && found[5].isNaN)
    #expect(errorText { try x.nanquantile(Tensor([2.0])) }.contains("not between 0 and 1"))
  }

  @Test func distinctSlices() throws {
    for columns in [1, 2, 3, 5, 8] {
      let x = try withSeed(UInt64(columns)) {
        try Tensor.randint(0..<3, [40, columns]).to(.float32)
      }
      let rows = try (0..<40).map { try x[$0].array(of: Int.self) }
      let found = try x.uniqueWithCounts(0)
      let expected = Set(rows).sorted { $0.lexicographicallyPrecedes($1) }
      #expect(try found.values.array(of: Int.self) == expected.flatMap { $0 })
      #expect(
        try found.counts.array(of: Int.self)
          == expected.map { row in rows.filter { $0 == row }.count })
      #expect(try found.values.indexSelect(0, found.inverse) == x)
      let transposed = try x.t().uniqueWithCounts(1)
      #expect(try transposed.values == found.values.t() && transposed.inverse == found.inverse)
    }
    let repeated = try Tensor([[1, 2], [1, 2], [0, 0], [1, 2]]).uniqueConsecutiveWithCounts(0)
    #expect(try repeated.values.array(of: Int.self) == [1, 2, 0, 0, 1, 2])
    #expect(try repeated.inverse.array(of: Int.self) == [0, 0, 1, 2])
    #expect(try repeated.counts.array(of: Int.self) == [2, 1, 1])
  }

  @Test func distinctElements() throws {
    let nan = try Tensor([2.0, Self.nan, 2.0, Self.nan]).uniqueWithCounts()
    #expect(try nan.counts.array(of: Int.self) == [2, 1, 1])
    let zeros = try Tensor([0.0, -0.0, 1.0]).unique()
    #expect(zeros.count == 2)
    let none = try Tensor.zeros([0]).uniqueWithCounts()
    #expect(none.values.count == 0 && none.inverse.shape == [0] && none.counts.count == 0)
    #expect(try Tensor([true, false, true]).unique().array(of: Bool.self) == [false, true])
    let matrix = try Tensor([[3, 1], [1, 3]]).uniqueWithCounts()
    #expect(matrix.inverse.shape == [2, 2])
    #expect(
      errorText { try Tensor.zeros([3, 0]).unique(0) }
        == "unique: slices of dimension 0 have no elements: [3, 0]")
    #expect(errorText { try Tensor(1.0).unique(0) }.contains("at least 1"))
  }
}
