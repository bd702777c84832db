/// Dimensions `start` to `end`, both included, as one; by default all but the batch.
///
///     let net = Sequential(Conv2d(1, 4, kernelSize: 3), Flatten())
public final class Flatten: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The first dimension.
  public let start: Int
  /// The last dimension; -1 is the tensor's last.
  public let end: Int

  /// A layer that joins dimensions `start` to `end`, which count from the end if negative.
  public init(_ start: Int = 1, _ end: Int = -1) {
    self.start = start
    self.end = end
    super.init("start_dim=\(start), end_dim=\(end)") { try $0.flatten(from: start, to: end) }
  }
}

/// A dimension as several.
///
///     let net = Sequential(Linear(64, 784), Unflatten(1, [1, 28, 28]))
public final class Unflatten: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The dimension.
  public let dim: Int
  /// What becomes of it.
  public let sizes: [Int]

  /// A layer that splits dimension `dim` into `sizes`, one of which may be -1 for what is left.
  public init(_ dim: Int, _ sizes: [Int]) {
    self.dim = dim
    self.sizes = sizes
    super.init("dim=\(dim), unflattened_size=\(sizes.tuple)") { try $0.unflatten(dim, sizes) }
  }
}
