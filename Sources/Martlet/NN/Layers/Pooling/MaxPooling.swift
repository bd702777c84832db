/// `MaxPooling` of `[N, C, L]` or `[C, L]`.
public typealias MaxPool1d = MaxPooling<Spatial1>
/// `MaxPooling` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias MaxPool2d = MaxPooling<Spatial2>
/// `MaxPooling` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias MaxPool3d = MaxPooling<Spatial3>

/// The greatest element of each window: x `[N, C, ...]` or `[C, ...]`.
///
///     let half = MaxPool2d(2)
public final class MaxPooling<Rank: SpatialRank>: Module, Sendable {
  /// The size of a window, in all dimensions or in each.
  public let kernelSize: [Int]
  /// How far windows are apart; by default their size.
  public let stride: [Int]
  /// How many positions, which never win, there are on both sides.
  public let padding: [Int]
  /// How far the elements of a window are apart.
  public let dilation: [Int]
  /// Whether a last window that is only partly inside counts.
  public let ceilMode: Bool

  /// A layer with windows of `kernelSize`.
  ///
  /// - Parameters:
  ///   - kernelSize: The size of a window.
  ///   - stride: How far windows are apart; by default their size.
  ///   - padding: Positions added on both sides, which never win; at most half the window.
  ///   - dilation: How far the elements of a window are apart.
  ///   - ceilMode: Whether a last window that is only partly inside counts.
  public init(
    _ kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
    padding: any SpatialConvertible = 0, dilation: any SpatialConvertible = 1,
    ceilMode: Bool = false
  ) {
    self.kernelSize = kernelSize.spatial
    self.stride = (stride ?? kernelSize).spatial
    self.padding = padding.spatial
    self.dilation = dilation.spatial
    self.ceilMode = ceilMode
  }

  /// The maxima of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try pool(x, withIndices: false).values
  }

  /// The maxima together with the place of each in the flattened spatial dimensions, int64: what
  /// `MaxUnpool1d` to `MaxUnpool3d` take.
  ///
  ///     let (values, places) = try MaxPool2d(2).withIndices(images)
  public func withIndices(_ x: Tensor) throws -> (values: Tensor, indices: Tensor) {
    let (values, indices) = try applying { try pool(x, withIndices: true) }
    return (values, indices ?? values)
  }

  private func pool(_ x: Tensor, withIndices: Bool) throws -> (values: Tensor, indices: Tensor?) {
    try maxPool(
      Rank.rank, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: withIndices)
  }

  /// `MaxPool1d` to `MaxPool3d`.
  public var layerName: String { "MaxPool\(Rank.rank)d" }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "kernel_size=\(kernelSize.numberOrTuple), stride=\(stride.numberOrTuple)"
      + ", padding=\(padding.numberOrTuple), dilation=\(dilation.numberOrTuple)"
      + ", ceil_mode=\(ceilMode.literal)"
  }
}
