import Testing

@testable import Martlet

/// Many values added into few elements, which threads do by parts.
@Suite struct FewCellsTests {
  @Test func countsAndSums() throws {
    let before = Threads.count
    defer { Threads.count = before }
    let count = 300_001
    let places = withSeed(1) { Tensor.randint(0..<37, [count]) }
    let numbers = withSeed(2) { Tensor.randn([count]) }
    var counts = [Int](repeating: 0, count: 37)
    var sums = [Double](repeating: 0, count: 37)
    for (place, number) in zip(
      try places.array(of: Int.self), try numbers.array(of: Double.self))
    {
      counts[place] += 1
      sums[place] += number
    }
    var found: [Tensor] = []
    for threads in 1...3 {
      Threads.count = threads
      #expect(try places.bincount().array(of: Int.self) == counts)
      let start = Tensor.zeros([37])
      found.append(try start.scatterAdd(0, places, numbers))
      let halves = try Tensor.zeros([37], dtype: .float64)
        .scatterAdd(0, places, numbers.to(.float64))
      #expect(
        try zip(halves.array(of: Double.self), sums).allSatisfy { abs($0 - $1) < 1e-9 })
      let bytes = try Tensor.zeros([37], dtype: .uint8)
        .scatterAdd(0, places, Tensor.ones([count], dtype: .uint8))
      #expect(try bytes.array(of: Int.self) == counts.map { $0 % 256 })
    }
    #expect(found[0] == found[1] && found[0] == found[2])
    #expect(
      try zip(found[0].array(of: Double.self), sums).allSatisfy { abs($0 - $1) < 1e-2 })
  }

  /// What nothing is added to stays as it is, also -0; rows and strides of any kind.
  @Test func others() throws {
    let count = 200_000
    let places = try Tensor.arange(count) % 3
    let start = Tensor.full([4, 2], -0.0)
    let sum = try start.select(1, 1).scatterAdd(0, places, Tensor.ones([count]))
    #expect(try sum.signbit().array(of: Bool.self) == [false, false, false, true])
    let reversed = try Tensor.zeros([4]).flip(0)
      .scatterAdd(0, places, Tensor.arange(count).to(.float32).flip(0) * 0 + 1)
    #expect(try reversed == Tensor([66_667, 66_667, 66_666, 0] as [Float]))
    #expect(
      errorText { try Tensor.zeros([2]).scatterAdd(0, places, Tensor.ones([count])) }
        .contains("index 2"))
  }

  @Test func evenlySpacedNumbers() throws {
    let before = Threads.count
    defer { Threads.count = before }
    for threads in 1...2 {
      Threads.count = threads
      for count in [0, 1, 2, 513, 70_001] {
        let expected = (0..<count).map { 3.5 + Double($0) * 0.1 }
        let end = count == 0 ? 3.5 : 3.5 + Double(count) * 0.1 - 0.05
        let wide = Tensor.arange(3.5, end, step: 0.1, dtype: .float64)
        #expect(try wide.array(of: Double.self) == expected)
        let integers = Tensor.arange(-5, -5 + 3 * count, step: 3, dtype: .int32)
        #expect(try integers.array(of: Int.self) == (0..<count).map { 3 * $0 - 5 })
        let line = try Tensor.linspace(-1, 2, count, dtype: .float64).array(of: Double.self)
        #expect(
          line.count == count && (count < 2 || line.last == 2) && (count == 0 || line[0] == -1))
        let narrow = try Tensor.linspace(-1, 2, count).array(of: Float.self)
        #expect(narrow == line.map(Float.init))
      }
    }
  }
}
