/// Where the elements of a resized dimension lie in the old one.
struct ResizedDimension {
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

  /// One old element for each new one.
  func nearest(centered: Bool) -> SparseRows {
    rows { i, add in
      add(Int(rounded((Double(i) + (centered ? 0.5 : 0)) * scale).rounded(.down)), 1)
    }
  }

  /// The two neighbours.
  func linear() -> SparseRows {
    rows { i, add in
      let place = min(max(place(i), 0), Double(from - 1))
      let lower = place.rounded(.down)
      add(Int(lower), 1 - (place - lower))
      add(Int(lower) + 1, place - lower)
    }
  }

  /// Four neighbours, with Keys's weights.
  func cubic() -> SparseRows {
    rows { i, add in
      let place = place(i)
      let lower = place.rounded(.down)
      for k in -1...2 { add(Int(lower) + k, cubicWeight(place - lower - Double(k), a: -0.75)) }
    }
  }

  /// All that a new element covers, with weights that fall off to both sides.
  func triangle() -> SparseRows { covering(1) { max(1 - abs($0), 0) } }

  /// The same with the weights of a cubic convolution.
  func smoothedCubic() -> SparseRows { covering(2) { cubicWeight($0, a: -0.5) } }

  private func place(_ index: Int) -> Double {
    alignCorners
      ? rounded(scale * Double(index)) : rounded(rounded(scale * (Double(index) + 0.5)) - 0.5)
  }

  /// A matrix whose row i has the entries that `body` adds; positions outside are moved to the
  /// edge.
  private func rows(_ body: (Int, (Int, Double) -> Void) -> Void) -> SparseRows {
    var result = SparseRows(columns: from)
    for i in 0..<to {
      body(i) { result.add(min(max($0, 0), from - 1), $1) }
      result.endRow()
    }
    return result
  }

  /// Weights by the distance from the centre, in new elements where those are larger than the old.
  private func covering(_ reach: Double, _ filter: (Double) -> Double) -> SparseRows {
    let unit = max(scale, 1)
    return rows { i, add in
      let centre = scale * (Double(i) + 0.5)
      let first = max(Int((centre - reach * unit + 0.5).rounded(.towardZero)), 0)
      let end = min(Int((centre + reach * unit + 0.5).rounded(.towardZero)), from)
      let weights = (first..<max(end, first)).map { filter((Double($0) - centre + 0.5) / unit) }
      let total = weights.reduce(0, +)
      for (k, weight) in weights.enumerated() { add(first + k, total == 0 ? 0 : weight / total) }
    }
  }
}

/// The cubic convolution kernel: Keys, "Cubic convolution interpolation for digital image
/// processing", 1981.
private func cubicWeight(_ distance: Double, a: Double) -> Double {
  let t = abs(distance)
  if t <= 1 { return ((a + 2) * t - (a + 3)) * t * t + 1 }
  return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0
}
