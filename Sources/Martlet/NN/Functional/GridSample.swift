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
  let volume = try x.flatten(from: 2)
  guard volume.sizes[2] <= Int(Int32.max) else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape], reason: "a channel has at most 2^31 - 1 elements")
  }
  let places = Array(grid.shape.dropFirst().dropLast())
  let count = places.reduce(1, *)
  var weights: Tensor?
  var positions: [Tensor] = []
  for i in 0..<rank {
    let line = GridLine(
      size: x.sizes[i + 2], mode: mode, padding: padding, alignCorners: alignCorners)
    // All combinations of the neighbours along each dimension.
    var taps = Array(repeating: 1, count: rank)
    taps[i] = line.taps.count
    let offsets = try Tensor(line.taps, dtype: x.dtype).to(device: x.device).reshape(
      [1] + taps + [1])
    let place = try grid.select(-1, rank - 1 - i).contiguous()
      .reshape([x.sizes[0]] + Array(repeating: 1, count: rank) + [count])
    let weight = try line.weight(place, offsets)
    weights = try weights.map { try $0 * weight } ?? weight
    positions.append(try line.position(place.detached(), offsets))
  }
  let index = try flatIndex(positions, sizes: Array(x.shape.dropFirst(2)))
  guard let weights = try weights?.flatten(from: 1, to: rank) else { return x }
  let gather = WeightedGather(
    positions: try index.flatten(from: 1, to: rank).buffer, length: volume.sizes[2])
  return try gather(volume, weights).reshape([x.sizes[0], x.sizes[1]] + places)
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

/// Positions in a volume, int32, given those along its dimensions; -1 where one of them is
/// negative.
private func flatIndex(_ positions: [Tensor], sizes: [Int]) throws -> Tensor {
  try Fused("gridSample", inputs: positions.count) { positions in
    var index = try positions[0].to(.int32)
    var least = positions[0]
    for (position, size) in zip(positions, sizes).dropFirst() {
      index = try index * size + position.to(.int32)
      least = try least.minimum(position)
    }
    return try index.filled(-1, where: least .< 0)
  }(positions)
}

/// One dimension of a grid.
private struct GridLine: Sendable {
  let size: Int
  let mode: GridInterpolation
  let padding: GridPadding
  let alignCorners: Bool

  /// The neighbours that make up a value, relative to the one before it or, of the nearest, itself.
  var taps: [Double] {
    switch mode {
    case .nearest: [0]
    case .linear: [0, 1]
    case .cubic: [-1, 0, 1, 2]
    }
  }

  /// How much each neighbour counts.
  func weight(_ coordinate: Tensor, _ offsets: Tensor) throws -> Tensor {
    try Fused("gridSample", inputs: 2) {
      let place = try unbounded($0[0])
      let offset = $0[1]
      switch mode {
      case .nearest:
        let nearest = try bounded(place).round()
        // The derivative of steps is zero, rather than none; but for numbers alone.
        let finite = try nearest.filled(0, where: nearest.isFinite().logicalNot())
        return try finite - finite.detached() + 1 + offset
      case .linear:
        let inside = try bounded(place)
        let far = try inside - inside.detached().floor()
        return try far * (offset * 2 - 1) + (1 - offset)
      case .cubic:
        let t = try place - place.detached().floor()
        // How far the neighbour is: t + 1, t, 1 - t and 2 - t.
        let distance = try (t - offset) * ((offset .<= 0).to(offset.dtype) * 2 - 1)
        let isNear = try (offset .== 0).logicalOr(offset .== 1)
        return try cubicNear(distance).where(isNear, else: cubicFar(distance))
      }
    }(coordinate, offsets)
  }

  /// Where each neighbour is, as a whole number; -1 outside.
  func position(_ coordinate: Tensor, _ offsets: Tensor) throws -> Tensor {
    try Fused("gridSample", inputs: 2) {
      let place = try unbounded($0[0])
      let position =
        switch mode {
        case .nearest: try bounded(place).round() + $0[1]
        case .linear: try bounded(place).floor() + $0[1]
        // Here the neighbours are bounded, not the place.
        case .cubic: try bounded(place.floor() + $0[1]).floor()
        }
      // False for what is not a number, too.
      let inside = try (position .>= 0).logicalAnd(position .<= Double(size - 1))
      return try position.filled(-1, where: inside.logicalNot())
    }(coordinate, offsets)
  }

  /// From -1 ... 1 to elements.
  private func unbounded(_ coordinate: Tensor) throws -> Tensor {
    try alignCorners
      ? (coordinate + 1) * (Double(size - 1) / 2) : ((coordinate + 1) * Double(size) - 1) / 2
  }

  private func cubicNear(_ t: Tensor) throws -> Tensor { try (t * 1.25 - 2.25) * t * t + 1 }
  private func cubicFar(_ t: Tensor) throws -> Tensor {
    try ((t * -0.75 + 3.75) * t - 6) * t + 3
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
