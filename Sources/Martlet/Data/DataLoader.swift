/// Batches of a dataset, in order or shuffled, made ahead of time on background threads.
///
///     try loader.forEach { x, y in print(x.shape, y.shape) }  // each call is an epoch
///     for try await (x, y) in loader { print(x.shape, y.shape) }
///
/// Shuffling depends on the seed and the number of the epoch only, not on how many threads prepare
/// batches.
public final class DataLoader<Batch: Sendable>: Sendable {
  /// The number of examples in a batch.
  public let batchSize: Int
  /// Whether each epoch has an order of its own.
  public let shuffle: Bool
  /// Whether a last batch that is shorter is left out.
  public let dropLast: Bool
  /// How many batches are prepared ahead; 0 makes each when it is asked for.
  public let prefetch: Int
  /// How many background threads prepare batches.
  public let workers: Int
  private let examples: Int
  private let make: @Sendable ([Int]) throws -> Batch
  /// Nil for the generator in force when an epoch starts.
  private let generator: Generator?

  /// The number of batches in an epoch.
  public var count: Int {
    examples / batchSize + (dropLast || examples % batchSize == 0 ? 0 : 1)
  }

  /// Batches that `collate` makes of a dataset's examples.
  ///
  ///     let loader = try DataLoader(dataset, batchSize: 64) { examples in
  ///       (try stack(examples.map(\.0)), try stack(examples.map(\.1)))
  ///     }
  ///
  /// - Parameters:
  ///   - dataset: Where examples come from.
  ///   - batchSize: The number of examples in a batch.
  ///   - shuffle: Whether each epoch has an order of its own.
  ///   - dropLast: Whether a last batch that is shorter is left out.
  ///   - seed: What shuffling depends on; nil for the generator in force, which `manualSeed`
  ///     resets.
  ///   - prefetch: How many batches to prepare ahead, on `workers` background threads.
  ///   - workers: How many background threads prepare batches.
  ///   - collate: Puts examples together. Left out for datasets that make batches themselves.
  /// - Throws: `TensorError.argument` for a batch size below 1 or negative numbers.
  public convenience init<D: Dataset>(
    _ dataset: D, batchSize: Int = 1, shuffle: Bool = false, dropLast: Bool = false,
    seed: UInt64? = nil, prefetch: Int = 0, workers: Int = 1,
    collate: @escaping @Sendable ([D.Example]) throws -> Batch
  ) throws {
    try self.init(
      count: dataset.count, batchSize, shuffle, dropLast, seed, prefetch, workers
    ) { indices in try collate(indices.map { try dataset.example($0) }) }
  }

  /// Batches that the dataset makes itself; parameters as with `collate`.
  ///
  ///     let loader = try DataLoader(TensorDataset(x, labels), batchSize: 64, shuffle: true)
  public convenience init<D: BatchedDataset>(
    _ dataset: D, batchSize: Int = 1, shuffle: Bool = false, dropLast: Bool = false,
    seed: UInt64? = nil, prefetch: Int = 0, workers: Int = 1
  ) throws where D.Example == Batch {
    try self.init(
      count: dataset.count, batchSize, shuffle, dropLast, seed, prefetch, workers
    ) { try dataset.batch($0) }
  }

  private init(
    count: Int, _ batchSize: Int, _ shuffle: Bool, _ dropLast: Bool, _ seed: UInt64?,
    _ prefetch: Int, _ workers: Int, _ make: @escaping @Sendable ([Int]) throws -> Batch
  ) throws {
    guard batchSize > 0, prefetch >= 0, workers > 0 else {
      throw TensorError.argument(
        operation: "DataLoader",
        reason: "a batch size of \(batchSize), \(prefetch) batches ahead, \(workers) workers")
    }
    examples = count
    self.batchSize = batchSize
    self.shuffle = shuffle
    self.dropLast = dropLast
    self.prefetch = prefetch
    self.workers = workers
    self.make = make
    generator = seed.map { Generator(seed: $0) }
  }

  /// The batches of one epoch; with shuffling, in another order for each call.
  ///
  ///     try loader.batches().forEach { x, y in print(x.shape, y.shape) }
  public func batches() throws -> DataLoaderEpoch<Batch> {
    var order: [Int]?
    if shuffle {
      order = try Generator.with(generator ?? .current) {
        try Tensor.randperm(examples).array(of: Int.self)
      }
    }
    return DataLoaderEpoch(count: count, prefetch: prefetch, workers: workers) {
      [order, examples, batchSize, make] number in
      let start = number * batchSize
      let range = start..<start + Swift.min(batchSize, examples - start)
      return try make(order.map { Array($0[range]) } ?? Array(range))
    }
  }
}

extension DataLoader {
  /// Calls `body` with every batch of one epoch.
  ///
  ///     try loader.forEach { x, y in print(x.shape, y.shape) }
  public func forEach(_ body: (Batch) throws -> Void) throws {
    try batches().forEach(body)
  }
}

extension DataLoader: AsyncSequence {
  /// What the loader's dataset or `collate` makes.
  public typealias Element = Batch

  /// The batches of one epoch, for `for try await`.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let loader: DataLoader
    fileprivate var epoch: DataLoaderEpoch<Batch>?

    /// The next batch; nil at the end of the epoch.
    public mutating func next() async throws -> Batch? {
      if epoch == nil { epoch = try loader.batches() }
      return try epoch?.next()
    }
  }

  /// Starts an epoch with the first batch.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(loader: self) }
}
