import Testing

@testable import Martlet

@Suite struct DataLoaderTests {
  static let count = 23

  func dataset() throws -> TensorDataset {
    let x = Tensor.arange(Self.count)
    return try TensorDataset(x.reshape(Self.count, 1) * 10, x)
  }

  func labels(_ loader: DataLoader<(Tensor, Tensor)>) throws -> [[Int]] {
    var batches: [[Int]] = []
    try loader.forEach { x, y in
      #expect(try x.squeeze(1) == y * 10)
      batches.append(try y.array(of: Int.self))
    }
    return batches
  }

  @Test func inOrder() throws {
    let loader = try DataLoader(dataset(), batchSize: 5)
    #expect(loader.count == 5)
    #expect(
      try labels(loader) == [
        [0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13, 14], [15, 16, 17, 18, 19], [20, 21, 22],
      ])
    let whole = try DataLoader(dataset(), batchSize: 5, dropLast: true)
    #expect(whole.count == 4)
    #expect(try labels(whole).map(\.count) == [5, 5, 5, 5])
    #expect(try labels(DataLoader(dataset())).count == Self.count)
    #expect(try labels(DataLoader(dataset(), batchSize: 100)).map(\.count) == [Self.count])
    #expect(try labels(DataLoader(dataset(), batchSize: 100, dropLast: true)).isEmpty)
  }

  @Test func shufflingDependsOnSeedAndEpoch() throws {
    let a = try DataLoader(dataset(), batchSize: 4, shuffle: true, seed: 1)
    let b = try DataLoader(dataset(), batchSize: 4, shuffle: true, seed: 1)
    let first = try labels(a)
    let second = try labels(a)
    #expect(first != second)
    // Numbers drawn elsewhere do not change the order.
    _ = Tensor.randn([10])
    #expect(try labels(b) == first)
    #expect(try withSeed(99) { try labels(b) } == second)
    #expect(try labels(DataLoader(dataset(), batchSize: 4, shuffle: true, seed: 2)) != first)
    for epoch in [first, second] {
      #expect(epoch.flatMap { $0 }.sorted() == Array(0..<Self.count))
      #expect(epoch.flatMap { $0 } != Array(0..<Self.count))
    }
    let unseeded = try DataLoader(dataset(), batchSize: 4, shuffle: true)
    #expect(try labels(unseeded).flatMap { $0 }.sorted() == Array(0..<Self.count))
  }

  @Test(arguments: [(1, 1), (2, 1), (3, 3), (100, 4), (2, 8)])
  func prefetchingGivesTheSame(_ prefetch: Int, _ workers: Int) throws {
    let plain = try DataLoader(dataset(), batchSize: 3, shuffle: true, seed: 5)
    let ahead = try DataLoader(
      dataset(), batchSize: 3, shuffle: true, seed: 5, prefetch: prefetch, workers: workers)
    for _ in 0..<20 { #expect(try labels(plain) == labels(ahead)) }
  }

  @Test func abandonedEpochs() throws {
    let loader = try DataLoader(dataset(), batchSize: 1, prefetch: 3, workers: 2)
    for _ in 0..<50 {
      let epoch = try loader.batches()
      #expect(try epoch.next()?.1.item(Int.self) == 0)
      #expect(try epoch.next()?.1.item(Int.self) == 1)
    }
  }

  struct Numbers: Dataset {
    struct Broken: Error, Equatable { let number: Int }
    let bad: Int
    var count: Int { 9 }
    func example(_ index: Int) throws -> Int {
      if index == bad { throw Broken(number: index) }
      return index
    }
  }

  @Test(arguments: [0, 3]) func errorsOfTheDataset(_ prefetch: Int) throws {
    let loader = try DataLoader(Numbers(bad: 4), batchSize: 2, prefetch: prefetch, workers: 2) {
      $0
    }
    let epoch = try loader.batches()
    #expect(try epoch.next() == [0, 1])
    #expect(try epoch.next() == [2, 3])
    #expect(throws: Numbers.Broken(number: 4)) { try epoch.next() }
    // The epoch goes on after it.
    #expect(try epoch.next() == [6, 7])
    #expect(try epoch.next() == [8])
    #expect(try epoch.next() == nil)
    #expect(try epoch.next() == nil)
    var seen = 0
    #expect(throws: Numbers.Broken.self) { try loader.forEach { _ in seen += 1 } }
    #expect(seen == 2)
  }

  @Test func collation() throws {
    let loader = try DataLoader(Numbers(bad: -1), batchSize: 4) { $0.reduce(0, +) }
    var sums: [Int] = []
    try loader.forEach { sums.append($0) }
    #expect(sums == [6, 22, 8])
  }

  @Test func asynchronousSequence() async throws {
    let loader = try DataLoader(Numbers(bad: -1), batchSize: 4, prefetch: 2) { $0 }
    for _ in 0..<2 {
      var batches: [[Int]] = []
      for try await batch in loader { batches.append(batch) }
      #expect(batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8]])
    }
    let broken = try DataLoader(Numbers(bad: 5), batchSize: 4) { $0 }
    await #expect(throws: Numbers.Broken.self) {
      for try await _ in broken {}
    }
  }

  @Test func arguments() throws {
    let data = try dataset()
    #expect(
      errorText { try DataLoader(data, batchSize: 0) }
        == "DataLoader: a batch size of 0, 0 batches ahead, 1 workers")
    #expect(errorText { try DataLoader(data, prefetch: -1) }.contains("-1 batches ahead"))
    #expect(errorText { try DataLoader(data, prefetch: 1, workers: 0) }.contains("0 workers"))
    #expect(
      errorText { try TensorDataset(Tensor.ones([3, 2]), Tensor.ones([2])) }
        == "TensorDataset: inputs and targets differ in number: [3, 2] x [2]")
    #expect(errorText { try TensorDataset(Tensor.ones([]), Tensor.ones([2])) } != "no error")
    #expect(errorText { try data.example(Self.count) }.contains("index 23 is out of range"))
    #expect(errorText { try data.batch([0, 99]) }.contains("index 99 is out of range"))
    #expect(errorText { try data.example(-1) }.contains("index -1 is out of range"))
    #expect(errorText { try data.batch([-2, -1]) }.contains("out of range"))
    let (train, test) = try data.split(at: 20)
    #expect(train.count == 20 && test.count == 3)
    #expect(try test.example(0).1.item(Int.self) == 20)
    #expect(errorText { try data.split(at: 24) } != "no error")
    let empty = try TensorDataset(Tensor.zeros([0, 2]), Tensor.zeros([0]))
    let loader = try DataLoader(empty, batchSize: 2, shuffle: true, prefetch: 2)
    #expect(loader.count == 0)
    #expect(try loader.batches().next() == nil)
  }

  @Test func batchesDoNotChangeWithTheData() throws {
    let data = try dataset()
    var batch = try data.batch([0, 1, 2]).0
    try batch += 1
    #expect(try data.example(0).0.item() == 0)
  }
}
