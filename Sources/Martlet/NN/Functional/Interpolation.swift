/// How `interpolate` finds an element between those that there are.
public enum InterpolationMode: Sendable {
  /// The element at or before the place, as PyTorch's older versions chose it.
  case nearest
  /// The element nearest to the centre of the new one.
  case nearestExact
  /// Linear in each spatial dimension: bilinear in two, trilinear in three.
  case linear
  /// Cubic convolution with a = -0.75, in two spatial dimensions: Keys, 1981.
  case cubic
  /// The mean of the elements that the new one covers.
  case area
}

/// Resizes the spatial dimensions of `[N, C, L]`, `[N, C, H, W]` or `[N, C, D, H, W]`.
///
/// - Parameters:
///   - size: The new sizes, one a dimension or one for all.
///   - scaleFactor: Factors of the sizes instead; results are rounded down.
///   - recomputeScaleFactor: Whether places follow from the new sizes alone, rather than from the
///     factors that gave them.
///   - alignCorners: Whether the outermost elements keep their places (of `.linear` and `.cubic`),
///     rather than the outer edges.
/// - Throws: `TensorError.argument` unless exactly one of size and scaleFactor is given.
public func interpolate(
  _ x: Tensor, size: [Int]? = nil, scaleFactor: [Double]? = nil,
  recomputeScaleFactor: Bool = false, mode: InterpolationMode = .nearest,
  alignCorners: Bool = false
) throws -> Tensor {
  let rank = x.rank - 2
  guard rank >= 1, rank <= 3 else {
    throw TensorError.rank(operation: "interpolate", rank: x.rank, expected: "3 to 5")
  }
  guard mode != .cubic || rank == 2 else {
    throw TensorError.rank(operation: "interpolate", rank: x.rank, expected: "4 for cubic")
  }
  for i in 1..<x.rank where x.sizes[i] == 0 {
    throw TensorError.shape(
      operation: "interpolate", shapes: [x.shape], reason: "only the batch may be empty")
  }
  let target = try resized(x, rank, size, scaleFactor)
  if mode == .area {
    let open = target.map { Optional($0) }
    switch rank {
    case 1: return try adaptiveAvgPool1d(x, outputSize: open)
    case 2: return try adaptiveAvgPool2d(x, outputSize: open)
    default: return try adaptiveAvgPool3d(x, outputSize: open)
    }
  }
  let isSmooth = mode == .linear || mode == .cubic
  if isSmooth, x.dtype != .uint8 { try x.requireFloatingPoint("interpolate") }
  var result = isSmooth && x.dtype != .float64 ? try x.to(.float32) : x
  for i in (0..<rank).reversed() {
    let grid = ResizedDimension(
      from: x.sizes[i + 2], to: target[i],
      factor: recomputeScaleFactor ? nil : scaleFactor.map { $0.count == 1 ? $0[0] : $0[i] },
      alignCorners: alignCorners && isSmooth, isDouble: x.dtype == .float64)
    switch mode {
    case .nearest, .nearestExact, .area:
      let list = grid.nearest(centered: mode == .nearestExact)
      result = try result.indexSelect(i + 2, Tensor(list, shape: [list.count]))
    case .linear: result = try combined(result, i + 2, grid.linear())
    case .cubic: result = try combined(result, i + 2, grid.cubic())
    }
    // Images of bytes are resized in bytes, one dimension after the other.
    if isSmooth && x.dtype == .uint8 {
      result = try (result + 0.5).floor().clamp(min: 0.0, max: 255.0)
    }
  }
  return try result.to(x.dtype)
}

/// The sum of neighbours times their weights along a dimension.
private func combined(_ x: Tensor, _ dim: Int, _ taps: [(positions: [Int], weights: [Double])])
  throws -> Tensor
{
  var sum: Tensor?
  for (positions, weights) in taps {
    var shape = Array(repeating: 1, count: x.rank)
    shape[dim] = weights.count
    let factor = try Tensor(weights, shape: shape, dtype: x.dtype)
    let part = try x.indexSelect(dim, Tensor(positions, shape: [positions.count])) * factor
    sum = try sum.map { try $0 + part } ?? part
  }
  return sum ?? x
}

private func resized(_ x: Tensor, _ rank: Int, _ size: [Int]?, _ factors: [Double]?) throws -> [Int]
{
  func refuse(_ reason: String) -> TensorError {
    .argument(operation: "interpolate", reason: reason)
  }
  switch (size, factors) {
  case (let size?, nil):
    guard size.count == rank || size.count == 1, size.allSatisfy({ $0 > 0 }) else {
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

/// Where the elements of a resized dimension lie in the old one.
private struct ResizedDimension {
  let from: Int
  let to: Int
  let alignCorners: Bool
  /// Old elements for each new one.
  let scale: Double
  let isDouble: Bool

  init(from: Int, to: Int, factor: Double?, alignCorners: Bool, isDouble: Bool) {
    self.from = from
    self.to = to
    self.alignCorners = alignCorners
    self.isDouble = isDouble
    let ratio =
      alignCorners
      ? (to > 1 ? Double(from - 1) / Double(to - 1) : 0)
      : factor.map { 1 / $0 } ?? Double(from) / Double(to)
    scale = isDouble ? ratio : Double(Float(ratio))
  }

  /// Rounded as the dtype's arithmetic does, which decides between neighbours.
  private func rounded(_ value: Double) -> Double { isDouble ? value : Double(Float(value)) }

  func nearest(centered: Bool) -> [Int] {
    (0..<to).map {
      min(Int(rounded((Double($0) + (centered ? 0.5 : 0)) * scale).rounded(.down)), from - 1)
    }
  }

  private func place(_ index: Int) -> Double {
    alignCorners
      ? rounded(scale * Double(index)) : rounded(rounded(scale * (Double(index) + 0.5)) - 0.5)
  }

  func linear() -> [(positions: [Int], weights: [Double])] {
    let places = (0..<to).map { min(max(place($0), 0), Double(from - 1)) }
    let lower = places.map { Int($0.rounded(.down)) }
    let weights = zip(places, lower).map { $0 - Double($1) }
    return [
      (lower, weights.map { 1 - $0 }), (lower.map { min($0 + 1, from - 1) }, weights),
    ]
  }

  func cubic() -> [(positions: [Int], weights: [Double])] {
    let a = -0.75
    func near(_ t: Double) -> Double { ((a + 2) * t - (a + 3)) * t * t + 1 }
    func far(_ t: Double) -> Double { ((a * t - 5 * a) * t + 8 * a) * t - 4 * a }
    let places = (0..<to).map { place($0) }
    let lower = places.map { Int($0.rounded(.down)) }
    let t = zip(places, lower).map { $0 - Double($1) }
    let weights = [
      t.map { far($0 + 1) }, t.map { near($0) }, t.map { near(1 - $0) }, t.map { far(2 - $0) },
    ]
    return weights.enumerated().map { k, weights in
      (lower.map { min(max($0 + k - 1, 0), from - 1) }, weights)
    }
  }
}
