/// How `interpolate` finds an element between those that there are.
public enum InterpolationMode: Sendable {
  /// The element at or before the place, as PyTorch's older versions chose it.
  case nearest
  /// The element nearest to the centre of the new one.
  case nearestExact
  /// Linear in each spatial dimension, whose number may be any.
  case linear
  /// `.linear` in two spatial dimensions.
  case bilinear
  /// `.linear` in three spatial dimensions.
  case trilinear
  /// Cubic convolution with a = -0.75, in two spatial dimensions: Keys, 1981.
  case cubic
  /// The mean of the elements that the new one covers.
  case area

  var isLinear: Bool { self == .linear || self == .bilinear || self == .trilinear }

  /// The number of spatial dimensions that the mode is for; nil for any.
  fileprivate var rank: Int? {
    switch self {
    case .bilinear, .cubic: 2
    case .trilinear: 3
    case .nearest, .nearestExact, .linear, .area: nil
    }
  }
}

/// Resizes the spatial dimensions of `[N, C, L]`, `[N, C, H, W]` or `[N, C, D, H, W]`.
///
///     let half = try interpolate(images, scaleFactor: [0.5], mode: .linear, antialias: true)
///
/// - Parameters:
///   - x: Images `[N, C, ...]` with 1 to 3 spatial dimensions.
///   - size: The new sizes, one a dimension or one for all.
///   - scaleFactor: Factors of the sizes instead; results are rounded down.
///   - recomputeScaleFactor: Whether places follow from the new sizes alone, rather than from the
///     factors that gave them.
///   - mode: How new elements follow from their neighbours.
///   - alignCorners: Whether the outermost elements keep their places (of `.linear` and `.cubic`),
///     rather than the outer edges.
///   - antialias: Whether shrinking takes all old elements into account that a new one covers (of
///     `.linear` and `.cubic`, the latter then with a = -0.5), in two dimensions.
/// - Throws: `TensorError.argument` unless exactly one of size and scaleFactor is given.
public func interpolate(
  _ x: Tensor, size: (any SpatialConvertible)? = nil, scaleFactor: [Double]? = nil,
  recomputeScaleFactor: Bool = false, mode: InterpolationMode = .nearest,
  alignCorners: Bool = false, antialias: Bool = false
) throws -> Tensor {
  let x = try Autocast.full(x)
  let rank = x.rank - 2
  guard rank >= 1, rank <= 3 else {
    throw TensorError.rank(operation: "interpolate", rank: x.rank, expected: "3 to 5")
  }
  if let required = mode.rank, required != rank {
    throw TensorError.rank(
      operation: "interpolate", rank: x.rank, expected: "\(required + 2) for \(mode)")
  }
  for i in 1..<x.rank where x.sizes[i] == 0 {
    throw TensorError.shape(
      operation: "interpolate", shapes: [x.shape], reason: "only the batch may be empty")
  }
  guard !antialias || rank == 2 && (mode.isLinear || mode == .cubic) else {
    throw TensorError.argument(
      operation: "interpolate", reason: "antialias is for linear and cubic in two dimensions")
  }
  let target = try resized(x, rank, size?.spatial, scaleFactor)
  if mode == .area { return try adaptiveAvgPool(rank, x, target) }
  let isSmooth = mode.isLinear || mode == .cubic
  if isSmooth, x.dtype != .uint8 { try x.requireFloatingPoint("interpolate") }
  var result = isSmooth && x.dtype != .float64 ? try x.to(.float32) : x
  for i in (0..<rank).reversed() {
    let grid = ResizedDimension(
      from: x.sizes[i + 2], to: target[i],
      factor: recomputeScaleFactor ? nil : scaleFactor.map { $0.count == 1 ? $0[0] : $0[i] },
      alignCorners: alignCorners && isSmooth, isDouble: x.dtype == .float64)
    switch mode {
    case .nearest, .nearestExact, .area:
      let rows = grid.nearest(centered: mode == .nearestExact)
      result =
        x.dtype.isFloatingPoint
        ? try Resample(dim: i + 2, matrix: rows)(result)
        : try result.indexSelect(
          i + 2, Tensor(rows.positions, shape: [rows.rows]))
    case .linear, .bilinear, .trilinear:
      result = try Resample(dim: i + 2, matrix: antialias ? grid.triangle() : grid.linear())(result)
    case .cubic:
      result = try Resample(
        dim: i + 2, matrix: antialias ? grid.smoothedCubic() : grid.cubic())(result)
    }
    // Images of bytes are resized in bytes, one dimension after the other.
    if isSmooth && x.dtype == .uint8 {
      result = try (result + 0.5).floor().clamp(min: 0.0, max: 255.0)
    }
  }
  return try result.to(x.dtype)
}

private func resized(_ x: Tensor, _ rank: Int, _ size: [Int]?, _ factors: [Double]?) throws -> [Int]
{
  func refuse(_ reason: String) -> TensorError {
    .argument(operation: "interpolate", reason: reason)
  }
  switch (size, factors) {
  case (let size?, nil):
    guard size.count == rank || size.count == 1,
      size.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) })
    else {
      throw refuse("sizes \(size) for \(rank) dimensions")
    }
    return (0..<rank).map { size.count == 1 ? size[0] : size[$0] }
  case (nil, let factors?):
    guard factors.count == rank || factors.count == 1, factors.allSatisfy({ $0 > 0 && $0 < 1e6 })
    else { throw refuse("factors \(factors) for \(rank) dimensions") }
    return try (0..<rank).map {
      let size = (Double(x.sizes[$0 + 2]) * (factors.count == 1 ? factors[0] : factors[$0]))
        .rounded(.down)
      guard size >= 1, size < 0x1p31 else { throw refuse("a size of \(size)") }
      return Int(size)
    }
  default: throw refuse("needs either a size or a scale factor")
  }
}
