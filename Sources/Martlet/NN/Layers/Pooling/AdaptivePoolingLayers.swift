/// `AdaptiveAveragePooling` of `[N, C, L]` or `[C, L]`.
public typealias AdaptiveAvgPool1d = AdaptiveAveragePooling<Spatial1>
/// `AdaptiveAveragePooling` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias AdaptiveAvgPool2d = AdaptiveAveragePooling<Spatial2>
/// `AdaptiveAveragePooling` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias AdaptiveAvgPool3d = AdaptiveAveragePooling<Spatial3>

/// `AdaptiveMaxPooling` of `[N, C, L]` or `[C, L]`.
public typealias AdaptiveMaxPool1d = AdaptiveMaxPooling<Spatial1>
/// `AdaptiveMaxPooling` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias AdaptiveMaxPool2d = AdaptiveMaxPooling<Spatial2>
/// `AdaptiveMaxPooling` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias AdaptiveMaxPool3d = AdaptiveMaxPooling<Spatial3>

/// The mean of windows chosen so that the result has the given spatial sizes: x `[N, C, ...]` or
/// `[C, ...]`. Window i of a dimension covers elements `floor(i in / out)` to `ceil((i + 1) in /
/// out)`.
///
///     let pool = AdaptiveAvgPool2d(1)
public final class AdaptiveAveragePooling<Rank: SpatialRank>: Module, Sendable {
  /// The sizes of the result, in all dimensions or in each; nil keeps a size.
  public let outputSize: [Int?]

  /// A layer whose results have the given sizes.
  public init(_ outputSize: any AdaptiveSizeConvertible) {
    self.outputSize = outputSize.adaptiveSize
  }

  /// The means of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try adaptiveAvgPool(Rank.rank, x, outputSize)
  }

  /// `AdaptiveAvgPool1d` to `AdaptiveAvgPool3d`.
  public var layerName: String { "AdaptiveAvgPool\(Rank.rank)d" }

  /// The sizes, as PyTorch prints them.
  public var extraDescription: String { "output_size=\(outputSize.numberOrTuple)" }
}

/// The greatest element of windows chosen as by `AdaptiveAveragePooling`.
///
///     let pool = AdaptiveMaxPool2d([5, nil])
public final class AdaptiveMaxPooling<Rank: SpatialRank>: Module, Sendable {
  /// The sizes of the result, in all dimensions or in each; nil keeps a size.
  public let outputSize: [Int?]

  /// A layer whose results have the given sizes.
  public init(_ outputSize: any AdaptiveSizeConvertible) {
    self.outputSize = outputSize.adaptiveSize
  }

  /// The maxima of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try adaptiveMaxPool(Rank.rank, x, outputSize, withIndices: false).values
  }

  /// The maxima together with the place of each in the flattened spatial dimensions, int64.
  ///
  ///     let (values, places) = try AdaptiveMaxPool2d(2).withIndices(images)
  public func withIndices(_ x: Tensor) throws -> (values: Tensor, indices: Tensor) {
    try applying {
      try adaptiveMaxPoolWithIndices(x, spatialRank: Rank.rank, outputSize: outputSize)
    }
  }

  /// `AdaptiveMaxPool1d` to `AdaptiveMaxPool3d`.
  public var layerName: String { "AdaptiveMaxPool\(Rank.rank)d" }

  /// The sizes, as PyTorch prints them.
  public var extraDescription: String { "output_size=\(outputSize.numberOrTuple)" }
}
