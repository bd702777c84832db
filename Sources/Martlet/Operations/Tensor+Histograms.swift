/// How often elements fall into bins, and the edges of the bins.
public struct Histogram: Sendable {
  /// The number, or weight, of the elements in each bin: a dimension for each that was binned.
  public let counts: Tensor
  /// The edges of the bins, one more than there are bins, for each dimension that was binned.
  public let edges: [Tensor]
}

/// Into which bins a histogram sorts along one dimension.
public enum HistogramBins: Sendable {
  /// Equal bins over a range; by default from the least to the greatest element.
  case equal(Int, range: ClosedRange<Double>? = nil)
  /// Bins between these increasing edges, a list in the dtype of the elements. Nothing is counted
  /// if the first edge is greater than the last one.
  case edges(Tensor)
}

// A bin contains its lower edge; the last one contains both. What lies outside of all bins, and
// NaN, is not counted.
extension Tensor {
  /// How many of all elements fall into each of equal bins, in this dtype: `[bins]`.
  ///
  ///     let counts = try pixels.histc(bins: 256, min: 0, max: 1)
  ///
  /// - Parameters:
  ///   - bins: The number of bins.
  ///   - min: Where the first bin begins. If `min` equals `max`, the bins range from the least to
  ///     the greatest element.
  ///   - max: Where the last bin ends.
  public func histc(bins: Int = 100, min: Double = 0, max: Double = 0) throws -> Tensor {
    try requireFloatingPoint("histc")
    guard bins > 0, bins < .max else {
      throw TensorError.argument(operation: "histc", reason: "\(bins) bins")
    }
    let x = try detached().flatten().to(isHalfPrecision ? .float32 : dtype)
    var (low, high) = (min, max)
    if low == high, count > 0 { (low, high) = (try x.min().item(), try x.max().item()) }
    if low == high { (low, high) = (low - 1, high + 1) }
    guard low < high, (high - low).isFinite else {
      throw TensorError.argument(operation: "histc", reason: "no bins from \(low) to \(high)")
    }
    let places = try x.fused("histc") { [low, high] x in
      let outside = try (x .>= low).logicalAnd(x .<= high).logicalNot()
      let scaled = try (x.filled(low, where: outside) - low) * Double(bins) / (high - low)
      // What lies outside is counted behind the last bin, which is left out.
      return try scaled.to(.int64).clamp(max: bins - 1).filled(bins, where: outside)
    }
    let one = try View.expand(Tensor(.int(1), dtype: .int64, device: device), to: x.sizes)
    return try Tensor.zeros([bins + 1], dtype: .int64, device: device)
      .scatterAdd(0, places, one).narrow(0, start: 0, length: bins).to(dtype)
  }

  /// The histogram of all elements. With `density`, counts are divided by their sum and by the
  /// widths of the bins.
  ///
  ///     let found = try x.histogram(.equal(10, range: 0...1))
  ///
  /// - Parameters:
  ///   - bins: How many bins there are and where, or their edges.
  ///   - weight: How much each element counts; in the shape and dtype of this tensor.
  ///   - density: Whether the histogram is scaled to an integral of 1.
  public func histogram(
    _ bins: HistogramBins, weight: Tensor? = nil, density: Bool = false
  ) throws -> Histogram {
    if let weight { try requireWeight(weight, sizes, "histogram") }
    return try reshape([count, 1]).histogramdd(
      [bins], weight: weight?.flatten(), density: density)
  }

  /// The histogram of points `[..., n]` in a space of n dimensions, for each of which there are
  /// bins. With `density`, counts are divided by their sum and by the volumes of the bins.
  ///
  ///     let found = try points.histogramdd([.equal(10), .edges(heights)])
  ///
  /// - Parameters:
  ///   - bins: The bins of each dimension.
  ///   - weight: How much each point counts; in the leading shape and dtype of this tensor.
  ///   - density: Whether the histogram is scaled to an integral of 1.
  public func histogramdd(
    _ bins: [HistogramBins], weight: Tensor? = nil, density: Bool = false
  ) throws -> Histogram {
    guard dtype == .float32 || dtype == .float64 else {
      throw TensorError.dtype(
        operation: "histogramdd", dtypes: [dtype], reason: "takes float32 or float64")
    }
    guard rank >= 1, sizes[rank - 1] == bins.count, !bins.isEmpty else {
      throw TensorError.shape(
        operation: "histogramdd", shapes: [shape],
        reason: "the last dimension must have a size for each of \(bins.count) binned dimensions")
    }
    var leading = sizes
    leading.remove(at: rank - 1)
    if let weight { try requireWeight(weight, leading, "histogramdd") }
    let points = try detached().reshape([leading.product, bins.count])
    let edges = try bins.indices.map { try points.select(1, $0).edges(of: bins[$0]) }
    let lengths = edges.map { $0.count - 1 }
    let total = try checkedSizes(lengths, "histogramdd").product

    // The number of a point's bin, counted over all dimensions, and whether it lies in one.
    var places = Tensor.zeros([leading.product], dtype: .int64, device: device)
    var inside = Tensor.full([leading.product], true, device: device)
    for (i, list) in edges.enumerated() {
      let x = try points.select(1, i)
      let last = lengths[i] - 1
      let place = try (x.searchSorted(list, right: true) - 1).clamp(min: 0, max: last)
      places = try places * lengths[i] + place
      let (low, high) = (try list.select(0, 0), try list.select(0, -1))
      inside = try inside.logicalAnd(x .>= low).logicalAnd(x .<= high)
    }
    let amounts = try weight?.flatten().masked(by: inside) ?? inside.to(.int64)
    var counts = try Tensor.zeros([total], dtype: amounts.dtype, device: device)
      .scatterAdd(0, places, amounts).to(dtype).reshape(lengths)
    if density {
      counts = try counts / counts.sum()
      for (i, list) in edges.enumerated() {
        var line = Array(repeating: 1, count: edges.count)
        line[i] = lengths[i]
        counts = try counts / list.diff().reshape(line)
      }
    }
    return Histogram(counts: counts, edges: edges)
  }

  private func requireWeight(_ weight: Tensor, _ sizes: Dims, _ operation: String) throws {
    guard weight.sizes == sizes, weight.dtype == dtype else {
      throw TensorError.shape(
        operation: operation, shapes: [sizes.array, weight.shape],
        reason: "the weights must have one number of \(dtype) for each element")
    }
  }

  /// The edges of bins for this list.
  private func edges(of bins: HistogramBins) throws -> Tensor {
    switch bins {
    case .edges(let list):
      guard list.rank == 1, list.count >= 2, list.dtype == dtype else {
        throw TensorError.shape(
          operation: "histogram", shapes: [list.shape],
          reason: "the edges must be a list of at least two numbers of \(dtype)")
      }
      return list.detached()
    case .equal(let count, let range):
      guard count > 0 else {
        throw TensorError.argument(operation: "histogram", reason: "\(count) bins")
      }
      var (low, high) = (0.0, 1.0)
      if let range {
        (low, high) = (range.lowerBound, range.upperBound)
      } else if self.count > 0 {
        (low, high) = (try min().item(), try max().item())
      }
      guard (high - low).isFinite else {
        throw TensorError.argument(operation: "histogram", reason: "no bins from \(low) to \(high)")
      }
      if low == high { (low, high) = (low - 0.5, high + 0.5) }
      return Tensor.linspace(low, high, count + 1, dtype: dtype, device: device)
    }
  }

  /// How often each of the integers 0, 1, ... occurs, or the sums of their weights: as long as the
  /// greatest demands, at least `least`.
  ///
  ///     try Tensor([0, 2, 2]).bincount()  // [1, 0, 2]
  ///
  /// - Throws: `TensorError.argument` unless this is a list of integers that are not negative.
  public func bincount(weights: Tensor? = nil, least: Int = 0) throws -> Tensor {
    guard rank == 1, dtype.isInteger, least >= 0 else {
      throw TensorError.argument(
        operation: "bincount",
        reason: "takes a list of integers and a length, not \(dtype) \(shape)")
    }
    guard weights == nil || weights?.shape == shape else {
      throw TensorError.shape(
        operation: "bincount", shapes: [shape, weights?.shape ?? []],
        reason: "the weights must have the list's shape")
    }
    if count > 0, try min().item(Int.self) < 0 {
      throw TensorError.argument(operation: "bincount", reason: "a number is negative")
    }
    let (length, overflow) = (count == 0 ? -1 : try max().item(Int.self)).addingReportingOverflow(1)
    guard !overflow else {
      throw TensorError.argument(operation: "bincount", reason: "the greatest number is too large")
    }
    let values: Tensor
    if let weights {
      values = weights.dtype == .float32 ? weights : try weights.to(.float64)
    } else {
      values = try View.expand(Tensor(.int(1), dtype: .int64, device: device), to: sizes)
    }
    let bins = Tensor.zeros([Swift.max(length, least)], dtype: values.dtype, device: device)
    return try bins.scatterAdd(0, to(.int64), values)
  }
}
