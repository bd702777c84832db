/// The cosine of the angle between vectors along a dimension, of two tensors that broadcast.
///
///     let similarity = try CosineSimilarity(dim: 1)(x, y)
public final class CosineSimilarity: StatelessLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// The dimension that vectors lie along.
  public let dim: Int
  /// The least length that vectors are divided by.
  public let eps: Double

  /// A layer that applies `cosineSimilarity`.
  public init(dim: Int = 1, eps: Double = 1e-8) {
    self.dim = dim
    self.eps = eps
    super.init { try cosineSimilarity($0, $1, dim: dim, eps: eps) }
  }
}

/// The p-norm of the difference of vectors along the last dimension, of two tensors that broadcast.
///
///     let distance = try PairwiseDistance(p: 1)(x, y)
public final class PairwiseDistance: StatelessLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// The norm.
  public let p: Double
  /// Added to differences.
  public let eps: Double
  /// Whether the last dimension stays, with size 1.
  public let keepDim: Bool

  /// A layer that applies `pairwiseDistance`.
  public init(p: Double = 2, eps: Double = 1e-6, keepDim: Bool = false) {
    self.p = p
    self.eps = eps
    self.keepDim = keepDim
    super.init { try pairwiseDistance($0, $1, p: p, eps: eps, keepDim: keepDim) }
  }
}
