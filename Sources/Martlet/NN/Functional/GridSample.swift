/// How `gridSample` finds a value between elements.
public enum GridInterpolation: Sendable {
  /// The nearest element.
  case nearest
  /// Linear in each dimension: bilinear in two, trilinear in three.
  case linear
  /// Cubic convolution with a = -0.75, in two dimensions: Keys, 1981.
  case cubic
}

/// What `gridSample` finds beyond the edges.
public enum GridPadding: Sendable {
  /// Zeros.
  case zeros
  /// The edge's element.
  case border
  /// The elements mirrored at the edge.
  case reflection
}

/// Values at any places of an image: x `[N, C, H, W]` and grid `[N, H', W', 2]`, result `[N, C, H',
/// W']`; or x `[N, C, D, H, W]` and grid `[N, D', H', W', 3]`.
///
/// The grid holds places (x, y) or (x, y, z), x along the last dimension, from -1 at one edge to 1
/// at the other. Jaderberg et al., "Spatial Transformer Networks", 2015.
///
///     let turned = try gridSample(images, affineGrid(theta, size: images.shape))
///
/// - Parameters:
///   - x: Images.
///   - grid: Where to read.
///   - mode: How values between elements are found.
///   - padding: What lies outside of the image.
///   - alignCorners: Whether -1 and 1 are the centres of the outermost elements, rather than their
///     outer edges.
public func gridSample(
  _ x: Tensor, _ grid: Tensor, mode: GridInterpolation = .linear, padding: GridPadding = .zeros,
  alignCorners: Bool = false
) throws -> Tensor {
  let name = "gridSample"
  try requireDevice(x, grid, operation: name)
  let rank = x.rank - 2
  guard rank == 2 || rank == 3 && mode != .cubic, grid.rank == x.rank,
    grid.sizes[0] == x.sizes[0], grid.sizes[grid.rank - 1] == rank
  else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, grid.shape],
      reason: "needs [N, C, H, W] and [N, H', W', 2], or (not cubic) [N, C, D, H, W] and"
        + " [N, D', H', W', 3]")
  }
  guard x.dtype.isFloatingPoint, x.dtype == grid.dtype else {
    throw TensorError.dtype(
      operation: name, dtypes: [x.dtype, grid.dtype], reason: "takes floating point of one dtype")
  }
  for i in 1..<x.rank where x.sizes[i] == 0 {
    throw TensorError.shape(
      operation: name, shapes: [x.shape], reason: "only the batch may be empty")
  }
  if x.isHalfPrecision {
    return try gridSample(
      x.to(.float32), grid.to(.float32), mode: mode, padding: padding, alignCorners: alignCorners
    ).to(x.dtype)
  }
  var sum: Tensor?
  // Every combination of the neighbours along each dimension.
  var corners: [GridTap] = [GridTap()]
  for i in 0..<rank {
    let line = GridLine(size: x.sizes[i + 2], padding: padding, alignCorners: alignCorners)
    let taps = try line.taps(grid.select(-1, rank - 1 - i), mode)
    corners = try corners.flatMap { corner in
      try taps.map { try corner.combined(with: $0, size: x.sizes[i + 2]) }
    }
  }
  let (batch, channels) = (x.sizes[0], x.sizes[1])
  let flat = try x.flatten(from: 2)
  let places = Array(grid.shape.dropFirst().dropLast())
  let count = places.reduce(1, *)
  for corner in corners {
    guard let index = corner.index, let outside = corner.outside else { continue }
    let list = try index.reshape([batch, 1, count]).expanded([batch, channels, count])
    var value = try flat.gather(2, list).filled(0, where: outside.reshape([batch, 1, count]))
    if let weight = corner.weight { value = try value * weight.reshape([batch, 1, count]) }
    sum = try sum.map { try $0 + value } ?? value
  }
  return try (sum ?? flat).reshape([batch, channels] + places)
}

/// The grid for `gridSample` that an affine map of the plane, `theta` `[N, 2, 3]`, or of space,
/// `[N, 3, 4]`, gives: `[N, H, W, 2]` for a size `[N, C, H, W]`, or `[N, D, H, W, 3]`.
///
///     let grid = try affineGrid(theta, size: [8, 3, 32, 32])
public func affineGrid(_ theta: Tensor, size: [Int], alignCorners: Bool = false) throws -> Tensor {
  let rank = size.count - 2
  guard rank == 2 || rank == 3, theta.shape == [size[0], rank, rank + 1] else {
    throw TensorError.shape(
      operation: "affineGrid", shapes: [theta.shape, size],
      reason: "needs [N, 2, 3] for [N, C, H, W], or [N, 3, 4] for [N, C, D, H, W]")
  }
  try theta.requireFloatingPoint("affineGrid")
  _ = try checkedSizes(size, "affineGrid")
  let places = Array(size.dropFirst(2))
  // Homogeneous coordinates, x first.
  let lines = try (0..<rank).reversed().map { i in
    let n = places[i]
    let edge = alignCorners || n == 0 ? 1 : 1 - 1 / Double(n)
    var shape = Array(repeating: 1, count: rank)
    shape[i] = n
    let line = Tensor.linspace(n == 1 ? 0 : -edge, edge, n, dtype: theta.dtype)
    return try line.reshape(shape).expanded(places)
  }
  let all = try stack(lines + [Tensor.ones(places, dtype: theta.dtype)], dim: rank)
  return try all.reshape([places.reduce(1, *), rank + 1]).matmul(theta.mT)
    .reshape([size[0]] + places + [rank])
}

/// One of the neighbours of all places: where it is in the flattened volume, where that is outside,
/// and how much it counts.
private struct GridTap {
  var index: Tensor?
  var outside: Tensor?
  var weight: Tensor?

  /// With the neighbour along the next dimension, of `size` elements.
  func combined(with other: GridTap, size: Int) throws -> GridTap {
    GridTap(
      index: try index.flatMap { a in try other.index.map { try a * size + $0 } } ?? other.index,
      outside: try outside.flatMap { a in try other.outside.map { try a.logicalOr($0) } }
        ?? other.outside,
      weight: try weight.flatMap { a in try other.weight.map { try a * $0 } } ?? other.weight)
  }
}

/// One dimension of a grid.
private struct GridLine {
  let size: Int
  let padding: GridPadding
  let alignCorners: Bool

  func taps(_ coordinate: Tensor, _ mode: GridInterpolation) throws -> [GridTap] {
    let place =
      try alignCorners
      ? (coordinate + 1) * (Double(size - 1) / 2) : ((coordinate + 1) * Double(size) - 1) / 2
    switch mode {
    case .nearest:
      let nearest = try bounded(place).round()
      guard nearest.history != nil else { return [try tap(nearest, nil)] }
      // The derivative of steps is zero, rather than none.
      let finite = try nearest.filled(0, where: nearest.isFinite().logicalNot())
      return [try tap(nearest.detached(), finite - finite.detached() + 1)]
    case .linear:
      let inside = try bounded(place)
      let lower = try inside.detached().floor()
      let far = try inside - lower
      return [try tap(lower, 1 - far), try tap(lower + 1, far)]
    case .cubic:
      let lower = try place.detached().floor()
      let t = try place - lower
      // Here the neighbours are bounded, not the place.
      return try [cubicFar(t + 1), cubicNear(t), cubicNear(1 - t), cubicFar(2 - t)].enumerated()
        .map { k, weight in try tap(bounded(lower + Double(k - 1)).floor(), weight) }
    }
  }

  private func cubicNear(_ t: Tensor) throws -> Tensor { try (t * 1.25 - 2.25) * t * t + 1 }
  private func cubicFar(_ t: Tensor) throws -> Tensor {
    try ((t * -0.75 + 3.75) * t - 6) * t + 3
  }

  private func tap(_ place: Tensor, _ weight: Tensor?) throws -> GridTap {
    // False for what is not a number, too.
    let inside = try (place .>= 0).logicalAnd(place .<= Double(size - 1))
    return GridTap(
      index: try place.masked(by: inside).to(.int64), outside: try inside.logicalNot(),
      weight: weight)
  }

  /// Places moved inside as the padding says.
  private func bounded(_ place: Tensor) throws -> Tensor {
    switch padding {
    case .zeros: return place
    case .border: return try hardtanh(place, min: 0, max: Double(size - 1))
    case .reflection:
      let low = alignCorners ? 0 : -0.5
      let span = Double(alignCorners ? size - 1 : size)
      if span == 0 { return try place.zerosLike() }
      let distance = try (place - low).abs()
      let extra = try distance.fmod(span)
      let isTurned = try (distance.detached() / span).floor() % 2 .!= 0
      let mirrored = try (span - extra).where(isTurned, else: extra) + low
      return try hardtanh(mirrored, min: 0, max: Double(size - 1))
    }
  }
}
