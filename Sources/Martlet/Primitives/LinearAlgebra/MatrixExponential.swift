/// The exponential of square matrices, by a rational function of the matrix divided by a power of
/// two, squared as often.
struct MatrixExponential: Primitive {
  static var kind: PrimitiveKind { .matrixExponential }
  var name: String { "matrixExp" }
  var fusion: FusionClass { .opaque }

  /// Square matrices of float32 or float64.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let out = try Mode.with(.unrecorded) { try MatrixExponential.compute(x.detached()) }
    return try record(out.buffer, x)
  }

  func saves(_ needs: Needs) -> Saves { .x }

  /// The upper right part of `exp([[A^T, G], [0, A^T]])`. Najfeld, Havel, "Derivatives of the
  /// matrix exponential and their computation", 1995.
  func backward(_ g: Tensor, _ record: Recorded<MatrixExponential>) throws {
    let a = try record.x.transposedMatrix()
    let n = a.sizes[a.rank - 1]
    let upper = try cat([a, g], dim: -1)
    let lower = try cat([a.zerosLike(), a], dim: -1)
    let whole = try MatrixExponential()(cat([upper, lower], dim: -2))
    try record.sendX(whole.narrow(-2, start: 0, length: n).narrow(-1, start: n, length: n))
  }

  /// Coefficients of the Pade approximants, and the norm up to which they are exact to rounding.
  private static let single: (limit: Double, coefficients: [Double]) = (
    3.925724783138660, [17_297_280, 8_648_640, 1_995_840, 277_200, 25_200, 1512, 56, 1]
  )
  private static let double: (limit: Double, coefficients: [Double]) = (
    5.371920351148152,
    [
      64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600,
      1_187_353_796_428_800, 129_060_195_264_000, 10_559_470_521_600, 670_442_572_800,
      33_522_128_640, 1_323_241_920, 40_840_800, 960_960, 16_380, 182, 1,
    ]
  )

  private static func compute(_ x: Tensor) throws -> Tensor {
    if x.count == 0 { return x }
    let (limit, coefficients) = x.dtype == .float32 ? single : double
    // How often each matrix is halved.
    let norms = try x.matrixNorm(.order(1), keepDim: true)
    let halvings = try (norms / limit).log2().ceil().clamp(min: 0)
    let all = try halvings.ofAllExamples
    let most = try all.device.hasElements ? all.max().item() : 0
    guard most.isFinite else {
      throw TensorError.argument(
        operation: "matrixExp", reason: "a matrix has elements that are not finite")
    }
    let a = try x * halvings.neg().exp2()
    let square = try a.times(a)
    let one = try a.identity()
    // Odd powers, but for one factor, and even ones.
    var (odd, even) = (try one * coefficients[1], try one * coefficients[0])
    var power = square
    for i in stride(from: 2, to: coefficients.count, by: 2) {
      if i > 2 { power = try power.times(square) }
      even = try even + power * coefficients[i]
      odd = try odd + power * coefficients[i + 1]
    }
    odd = try a.times(odd)
    var result = try (even - odd).solve(even + odd)
    for step in 0..<Int(most) {
      result = try result.times(result).where(halvings .> Double(step), else: result)
    }
    return result
  }
}
