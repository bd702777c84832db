/// `AveragePooling` of `[N, C, L]` or `[C, L]`.
public typealias AvgPool1d = AveragePooling<Spatial1>
/// `AveragePooling` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias AvgPool2d = AveragePooling<Spatial2>
/// `AveragePooling` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias AvgPool3d = AveragePooling<Spatial3>

/// The mean of each window: x `[N, C, ...]` or `[C, ...]`.
///
///     let half = AvgPool2d(2)
public final class AveragePooling<Rank: SpatialRank>: Module, Sendable {
  /// The size of a window, in all dimensions or in each.
  public let kernelSize: [Int]
  /// How far windows are apart; by default their size.
  public let stride: [Int]
  /// How many zeros there are on both sides.
  public let padding: [Int]
  /// Whether a last window that is only partly inside counts.
  public let ceilMode: Bool
  /// Whether padding counts as elements.
  public let countIncludePad: Bool
  /// What sums are divided by, instead of the number of elements.
  public let divisorOverride: Int?

  /// A layer with windows of `kernelSize`.
  ///
  /// - Parameters:
  ///   - kernelSize: The size of a window.
  ///   - stride: How far windows are apart; by default their size.
  ///   - padding: Zeros added on both sides; at most half the window.
  ///   - ceilMode: Whether a last window that is only partly inside counts.
  ///   - countIncludePad: Whether padding counts as elements.
  ///   - divisorOverride: What sums are divided by, instead of the number of elements.
  public init(
    _ kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
    padding: any SpatialConvertible = 0, ceilMode: Bool = false, countIncludePad: Bool = true,
    divisorOverride: Int? = nil
  ) {
    self.kernelSize = kernelSize.spatial
    self.stride = (stride ?? kernelSize).spatial
    self.padding = padding.spatial
    self.ceilMode = ceilMode
    self.countIncludePad = countIncludePad
    self.divisorOverride = divisorOverride
  }

  /// The means of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try avgPool(
      Rank.rank, x, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride)
  }

  /// `AvgPool1d` to `AvgPool3d`.
  public var layerName: String { "AvgPool\(Rank.rank)d" }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    func text(_ values: [Int]) -> String { Rank.rank == 1 ? values.tuple : values.numberOrTuple }
    return "kernel_size=\(text(kernelSize)), stride=\(text(stride)), padding=\(text(padding))"
  }
}
