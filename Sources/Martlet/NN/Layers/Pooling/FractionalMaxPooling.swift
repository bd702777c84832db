/// `FractionalMaxPooling` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias FractionalMaxPool2d = FractionalMaxPooling<Spatial2>
/// `FractionalMaxPooling` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias FractionalMaxPool3d = FractionalMaxPooling<Spatial3>

/// The greatest element of windows whose places are chosen at random, so that sizes shrink by any
/// factor: Graham, "Fractional Max-Pooling", 2014. Of two and three spatial dimensions.
///
///     let pool = FractionalMaxPool2d(2, outputRatio: [0.7])
public final class FractionalMaxPooling<Rank: SpatialRank>: Module, Sendable {
  /// The size of a window, in all dimensions or in each.
  public let kernelSize: [Int]
  /// The sizes of the result, in all dimensions or in each.
  public let outputSize: [Int]?
  /// Or what each size is multiplied by, between 0 and 1.
  public let outputRatio: [Double]?
  /// The random numbers, in place of new ones for each input; a buffer `_random_samples`.
  public let samples: ModuleBuffer?

  /// A layer with windows of `kernelSize`. It throws unless either a size or a ratio is given.
  ///
  /// - Parameters:
  ///   - kernelSize: The size of a window.
  ///   - outputSize: The sizes of the result.
  ///   - outputRatio: Or what each size is multiplied by, between 0 and 1.
  ///   - samples: The random numbers, `[N, C, 2]` or `[N, C, 3]` in [0, 1); by default new ones for
  ///     each input.
  public init(
    _ kernelSize: any SpatialConvertible, outputSize: (any SpatialConvertible)? = nil,
    outputRatio: [Double]? = nil, samples: Tensor? = nil
  ) {
    self.kernelSize = kernelSize.spatial
    self.outputSize = outputSize?.spatial
    self.outputRatio = outputRatio
    self.samples = samples.map { ModuleBuffer(wrappedValue: $0, "_random_samples") }
  }

  /// The maxima of `x`.
  public func forward(_ x: Tensor) throws -> Tensor { try pool(x).values }

  /// The maxima together with the place of each in the flattened spatial dimensions, int64.
  ///
  ///     let (values, places) = try FractionalMaxPool2d(2, outputSize: 5).withIndices(images)
  public func withIndices(_ x: Tensor) throws -> (values: Tensor, indices: Tensor) {
    try applying { try pool(x) }
  }

  private func pool(_ x: Tensor) throws -> (values: Tensor, indices: Tensor) {
    try fractionalMaxPool(Rank.rank, x, kernelSize, outputSize, outputRatio, samples?.value)
  }

  /// `FractionalMaxPool2d` or `FractionalMaxPool3d`.
  public var layerName: String { "FractionalMaxPool\(Rank.rank)d" }
}
