/// Resizes the spatial dimensions of `[N, C, L]`, `[N, C, H, W]` or `[N, C, D, H, W]`.
///
///     let double = Upsample(scaleFactor: [2], mode: .bilinear)
public class Upsample: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The new sizes, in all dimensions or in each.
  public let size: [Int]?
  /// Factors of the sizes instead.
  public let scaleFactor: [Double]?
  /// How new elements follow from their neighbours.
  public let interpolation: InterpolationMode
  /// Whether the outermost elements keep their places, rather than the outer edges.
  public let alignCorners: Bool

  /// A layer that applies `interpolate`, which throws unless either sizes or factors are given.
  ///
  /// - Parameters:
  ///   - size: The new sizes.
  ///   - scaleFactor: Factors of the sizes instead; results are rounded down.
  ///   - mode: How new elements follow from their neighbours.
  ///   - alignCorners: Whether the outermost elements keep their places, rather than the outer
  ///     edges.
  ///   - recomputeScaleFactor: Whether places follow from the new sizes alone, rather than from the
  ///     factors that gave them.
  public init(
    size: (any SpatialConvertible)? = nil, scaleFactor: [Double]? = nil,
    mode: InterpolationMode = .nearest, alignCorners: Bool = false,
    recomputeScaleFactor: Bool = false
  ) {
    let sizes = size?.spatial
    self.size = sizes
    self.scaleFactor = scaleFactor
    interpolation = mode
    self.alignCorners = alignCorners
    let amount =
      scaleFactor.map { "scale_factor=\($0.numberOrTuple)" }
      ?? "size=\(sizes?.numberOrTuple ?? "None")"
    super.init("\(amount), mode=\(mode.name.literal)") {
      try interpolate(
        $0, size: sizes, scaleFactor: scaleFactor, recomputeScaleFactor: recomputeScaleFactor,
        mode: mode, alignCorners: alignCorners)
    }
  }
}

/// Resizes images `[N, C, H, W]`, taking the element at or before each place.
///
///     let double = UpsamplingNearest2d(scaleFactor: [2])
public final class UpsamplingNearest2d: Upsample, @unchecked Sendable {
  /// A layer with new sizes, or factors of the old ones.
  public init(size: (any SpatialConvertible)? = nil, scaleFactor: [Double]? = nil) {
    super.init(size: size, scaleFactor: scaleFactor, mode: .nearest)
  }
}

/// Resizes images `[N, C, H, W]` linearly in both dimensions; the outermost elements keep their
/// places.
///
///     let double = UpsamplingBilinear2d(scaleFactor: [2])
public final class UpsamplingBilinear2d: Upsample, @unchecked Sendable {
  /// A layer with new sizes, or factors of the old ones.
  public init(size: (any SpatialConvertible)? = nil, scaleFactor: [Double]? = nil) {
    super.init(size: size, scaleFactor: scaleFactor, mode: .bilinear, alignCorners: true)
  }
}

extension InterpolationMode {
  /// PyTorch's name of it.
  fileprivate var name: String {
    switch self {
    case .nearest, .linear, .bilinear, .trilinear, .area: "\(self)"
    case .nearestExact: "nearest-exact"
    case .cubic: "bicubic"
    }
  }
}
