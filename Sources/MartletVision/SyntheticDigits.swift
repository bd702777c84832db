import Glibc
import Martlet

/// Pictures of handwritten-looking digits, drawn from strokes with random variation: a stand-in for
/// MNIST where it cannot be had. They are easier than MNIST; accuracies on the two do not compare.
public enum SyntheticDigits {
  /// Draws digits. The same seed gives the same digits, and more of them begin with those of fewer.
  ///
  /// Returns images, uint8 `[count, 28, 28]`, white on black, and their labels, int64 `[count]`,
  /// uniform over 0 to 9. Throws if `count` is negative or there is no memory.
  public static func generate(count: Int, seed: UInt64) throws -> (images: Tensor, labels: Tensor) {
    guard count >= 0 else {
      throw TensorError.argument(
        operation: "SyntheticDigits.generate", reason: "the count \(count) is negative")
    }
    func random(_ i: Int) -> SplitMix64 { SplitMix64(seed: seed, stream: UInt64(i)) }
    let labels = try Tensor(uninitialized: [count], dtype: .int64) { buffer in
      let labels = buffer.bindMemory(to: Int64.self)
      for i in 0..<count { labels[i] = Int64(random(i).label) }
    }
    let images = try Tensor(uninitialized: [count, side, side], dtype: .uint8) { buffer in
      var raster = StrokeRaster(side: side)
      for i in 0..<count {
        let pixels = UnsafeMutableRawBufferPointer(
          rebasing: buffer[i * side * side..<(i + 1) * side * side])
        var random = random(i)
        let shapes = DigitStrokes.shapes[random.label]
        draw(shapes[random.index(below: shapes.count)], &random, &raster, into: pixels)
      }
    }
    return (images, labels)
  }

  private static let side = 28

  private static func draw(
    _ shape: [[DigitStrokes.Point]], _ random: inout SplitMix64, _ raster: inout StrokeRaster,
    into pixels: UnsafeMutableRawBufferPointer
  ) {
    let angle = random.uniform(-0.25, 0.25)
    let shear = random.uniform(-0.25, 0.25)
    let scale = DigitStrokes.Point(random.uniform(15, 21), random.uniform(17, 21))
    let center = DigitStrokes.Point(random.uniform(12.5, 15.5), random.uniform(12.5, 15.5))
    // A slow wave bends straight strokes, so that no two of a kind have the same outline.
    let wave = DigitStrokes.Point(random.uniform(0, 0.05), random.uniform(0, 0.05))
    let phase = DigitStrokes.Point(random.uniform(0, 6.28), random.uniform(0, 6.28))
    let radius = random.uniform(0.8, 1.7)
    let ink = random.uniform(200, 255)
    let noise = random.uniform(0, 12)
    let (sine, cosine) = (sinf(angle), cosf(angle))
    raster.clear()
    for stroke in shape {
      let points = stroke.map { point in
        let bent = DigitStrokes.Point(
          point.x + wave.x * sinf(5 * point.y + phase.x),
          point.y + wave.y * sinf(5 * point.x + phase.y))
        let p = (bent - 0.5) * scale
        let x = p.x - shear * p.y
        return center + DigitStrokes.Point(cosine * x - sine * p.y, sine * x + cosine * p.y)
      }
      for (start, end) in zip(points, points.dropFirst()) {
        raster.draw(from: start, to: end, radius: radius)
      }
    }
    for (i, coverage) in raster.coverage.enumerated() {
      let value = coverage * ink + noise * random.uniform(-1, 1)
      pixels[i] = UInt8(max(0, min(255, value)))
    }
  }
}

/// How much of each pixel of a square picture strokes cover, 0 to 1.
private struct StrokeRaster {
  let side: Int
  private(set) var coverage: [Float]

  init(side: Int) {
    self.side = side
    coverage = [Float](repeating: 0, count: side * side)
  }

  mutating func clear() {
    for i in coverage.indices { coverage[i] = 0 }
  }

  /// Draws a line with round ends; its edge falls off over one pixel.
  mutating func draw(from start: SIMD2<Float>, to end: SIMD2<Float>, radius: Float) {
    let reach = radius + 1
    let low = pointwiseMin(start, end) - reach
    let high = pointwiseMax(start, end) + reach
    let direction = end - start
    let length = max((direction * direction).sum(), 1e-6)
    for row in range(low.y, high.y) {
      for column in range(low.x, high.x) {
        let offset = SIMD2(Float(column), Float(row)) - start
        let along = max(0, min(1, (offset * direction).sum() / length))
        let across = offset - along * direction
        let distance = (across * across).sum().squareRoot()
        let value = max(0, min(1, radius + 0.5 - distance))
        coverage[row * side + column] = max(coverage[row * side + column], value)
      }
    }
  }

  private func range(_ low: Float, _ high: Float) -> Range<Int> {
    let limit = Float(side)
    let first = Int(max(0, min(limit, low)))
    return first..<max(first, Int(max(0, min(limit, high + 1))))
  }
}

/// G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014: small and
/// seekable, so every picture has numbers of its own.
private struct SplitMix64 {
  private var state: UInt64
  /// The digit that this stream's picture shows.
  let label: Int

  init(seed: UInt64, stream: UInt64) {
    state = seed &+ stream &* 0xD1B5_4A32_D192_ED03
    state = Self.mix(state)
    label = Int(Self.mix(state ^ 0x5851_F42D_4C95_7F2D) % 10)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  private mutating func next() -> UInt64 {
    defer { state &+= 0x9E37_79B9_7F4A_7C15 }
    return Self.mix(state)
  }

  mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * Float(next() >> 40) * 0x1p-24
  }

  mutating func index(below count: Int) -> Int { Int(next() % UInt64(count)) }
}
