/// `PowerPooling` of `[N, C, L]` or `[C, L]`.
public typealias LPPool1d = PowerPooling<Spatial1>
/// `PowerPooling` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias LPPool2d = PowerPooling<Spatial2>
/// `PowerPooling` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias LPPool3d = PowerPooling<Spatial3>

/// The p-norm of each window, `(sum of x^p)^(1 / p)`: x `[N, C, ...]` or `[C, ...]`.
///
///     let pool = LPPool2d(2, 3)
public final class PowerPooling<Rank: SpatialRank>: Module, Sendable {
  /// The power.
  public let p: Double
  /// The size of a window, in all dimensions or in each.
  public let kernelSize: [Int]
  /// How far windows are apart; nil for their size.
  public let stride: [Int]?
  /// Whether a last window that is only partly inside counts.
  public let ceilMode: Bool

  /// A layer with windows of `kernelSize`.
  ///
  /// - Parameters:
  ///   - p: The power, not 0.
  ///   - kernelSize: The size of a window.
  ///   - stride: How far windows are apart; by default their size.
  ///   - ceilMode: Whether a last window that is only partly inside counts.
  public init(
    _ p: Double, _ kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
    ceilMode: Bool = false
  ) {
    self.p = p
    self.kernelSize = kernelSize.spatial
    self.stride = stride?.spatial
    self.ceilMode = ceilMode
  }

  /// The norms of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try lpPool(Rank.rank, x, p, kernelSize, stride, ceilMode)
  }

  /// `LPPool1d` to `LPPool3d`.
  public var layerName: String { "LPPool\(Rank.rank)d" }

  /// The arguments, as PyTorch prints them; a whole power as an integer.
  public var extraDescription: String {
    let power = Int(exactly: p).map(\.literal) ?? p.literal
    return "norm_type=\(power), kernel_size=\(kernelSize.numberOrTuple)"
      + ", stride=\(stride?.numberOrTuple ?? "None"), ceil_mode=\(ceilMode.literal)"
  }
}
