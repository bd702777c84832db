/// `exp(x) / sum(exp(x))` along a dimension.
///
///     let classifier = Sequential(Linear(784, 10), Softmax(dim: 1))
public final class Softmax: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The dimension whose elements add up to 1.
  public let dim: Int

  /// A layer that applies `Tensor.softmax` along `dim`, which counts from the end if negative.
  public init(dim: Int) {
    self.dim = dim
    super.init("dim=\(dim)") { try $0.softmax(dim: dim) }
  }
}

/// `log(softmax(x))` along a dimension, without overflow.
///
///     let classifier = Sequential(Linear(784, 10), LogSoftmax(dim: 1))
public final class LogSoftmax: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The dimension whose elements are logarithms of numbers that add up to 1.
  public let dim: Int

  /// A layer that applies `Tensor.logSoftmax` along `dim`, which counts from the end if negative.
  public init(dim: Int) {
    self.dim = dim
    super.init("dim=\(dim)") { try $0.logSoftmax(dim: dim) }
  }
}

/// `softmax(-x)` along a dimension.
///
///     let nearness = try Softmin(dim: -1)(distances)
public final class Softmin: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The dimension whose elements add up to 1.
  public let dim: Int

  /// A layer that applies `softmin` along `dim`, which counts from the end if negative.
  public init(dim: Int) {
    self.dim = dim
    super.init("dim=\(dim)") { try softmin($0, dim: dim) }
  }
}

/// `softmax` over the channels at each place of an image: `[N, C, H, W]` or `[C, H, W]`.
///
///     let classes = try Softmax2d()(scores)
public final class Softmax2d: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that throws `TensorError.rank` for other than 3 or 4 dimensions.
  public init() {
    super.init { x in
      guard x.rank == 3 || x.rank == 4 else {
        throw TensorError.rank(operation: "Softmax2d", rank: x.rank, expected: "3 or 4")
      }
      return try x.softmax(dim: -3)
    }
  }
}
