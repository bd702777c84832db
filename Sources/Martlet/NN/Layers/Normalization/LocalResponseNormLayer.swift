/// x over a power of the mean square of its neighbours in the channels: `x / (k + alpha mean(x^2))^
/// beta` of `[N, C, ...]`.
///
/// Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012.
///
///     let norm = LocalResponseNorm(5)
public final class LocalResponseNorm: StatelessLayer<Tensor>, @unchecked Sendable {
  /// How many channels count, half of them (rounded down) before the own one.
  public let size: Int
  /// The factor of the mean square.
  public let alpha: Double
  /// The power.
  public let beta: Double
  /// What the mean square is added to.
  public let k: Double

  /// A layer that applies `localResponseNorm`, which throws if the size is not positive.
  public init(_ size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
    super.init("\(size), alpha=\(alpha.literal), beta=\(beta.literal), k=\(k.literal)") {
      try localResponseNorm($0, size: size, alpha: alpha, beta: beta, k: k)
    }
  }
}
