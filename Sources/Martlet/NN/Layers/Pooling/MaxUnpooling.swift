/// `MaxUnpooling` of `[N, C, L]` or `[C, L]`.
public typealias MaxUnpool1d = MaxUnpooling<Spatial1>
/// `MaxUnpooling` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias MaxUnpool2d = MaxUnpooling<Spatial2>
/// `MaxUnpooling` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias MaxUnpool3d = MaxUnpooling<Spatial3>

/// The reverse of a max pooling: elements at the places that it found them at, zeros elsewhere.
///
///     let (values, places) = try MaxPool2d(2).withIndices(images)
///     let sparse = try MaxUnpool2d(2)(values, places)
public final class MaxUnpooling<Rank: SpatialRank>: Module, Sendable {
  /// The size of a window in each dimension.
  public let kernelSize: [Int]
  /// How far windows were apart in each dimension.
  public let stride: [Int]
  /// How many positions the pooling added on both sides of each dimension.
  public let padding: [Int]

  /// The reverse of a pooling with these windows.
  ///
  /// - Parameters:
  ///   - kernelSize: The size of a window.
  ///   - stride: How far windows were apart; by default their size.
  ///   - padding: How many positions the pooling added on both sides.
  public init(
    _ kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
    padding: any SpatialConvertible = 0
  ) {
    self.kernelSize = kernelSize.expanded(Rank.rank)
    self.stride = (stride ?? kernelSize).expanded(Rank.rank)
    self.padding = padding.expanded(Rank.rank)
  }

  /// The elements of the first tensor at the places of the second, in sizes `(size - 1) stride - 2
  /// padding + kernel`.
  public func forward(_ input: (Tensor, Tensor)) throws -> Tensor {
    try maxUnpool(Rank.rank, input.0, input.1, kernelSize, stride, padding, nil)
  }

  /// Applies the layer with a result of these spatial sizes, where several lead to x's.
  ///
  ///     let sparse = try MaxUnpool2d(2)(values, places, outputSize: [5, 5])
  public func callAsFunction(_ x: Tensor, _ indices: Tensor, outputSize: [Int]) throws -> Tensor {
    try applying {
      try maxUnpool(Rank.rank, x, indices, kernelSize, stride, padding, outputSize)
    }
  }

  /// `MaxUnpool1d` to `MaxUnpool3d`.
  public var layerName: String { "MaxUnpool\(Rank.rank)d" }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "kernel_size=\(kernelSize.tuple), stride=\(stride.tuple), padding=\(padding.tuple)"
  }
}
