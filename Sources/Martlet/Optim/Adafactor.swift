import Glibc

/// The hyper-parameters of `Adafactor`.
public struct AdafactorOptions: OptimizerOptions {
  /// The greatest size of the steps, relative to the parameter's.
  public var learningRate = 1e-2
  /// The power of t that says how much each step takes of the newest squares.
  public var beta2Decay = -0.8
  /// The least root of a mean of g^2 (nil for the dtype's precision), and the least size that a
  /// parameter is taken to have.
  public var eps: (Double?, Double) = (nil, 1e-3)
  /// The root mean square that updates are cut down to.
  public var d = 1.0
  /// How much of the parameter each step takes off.
  public var weightDecay = 0.0
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Steps relative to the parameter's size, with the mean squares of a matrix' gradient known only
/// by row and by column: hardly any memory beside the parameters.
///
///     w = t^beta2Decay;  R += w (rowMean(g^2) - R);  C += w (columnMean(g^2) - C)
///     u = g / sqrt(R C / mean(R));  u /= max(1, rms(u) / d)
///     p -= max(eps2, rms(p)) min(learningRate, 1 / sqrt(t)) u
///
/// Shazeer, Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", 2018. Of more
/// than two dimensions, the last two are rows and columns; of fewer, every element has its own
/// mean.
///
///     let optimizer = try Adafactor(net.parameters())
public final class Adafactor: GroupedOptimizer<AdafactorOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `AdafactorOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, a positive `beta2Decay` or
  ///   a `d` below 1.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, beta2Decay: Double = -0.8,
    eps: (Double?, Double) = (nil, 1e-3), d: Double = 1, weightDecay: Double = 0,
    maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      AdafactorOptions(
        learningRate: learningRate, beta2Decay: beta2Decay, eps: eps, d: d,
        weightDecay: weightDecay, maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<AdafactorOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("beta2_decay", "a decay of beta2", \.beta2Decay, .atMost(0)),
      .number("eps.0", "a first eps", \.eps.0, .atLeast(0)),
      .number("eps.1", "a second eps", \.eps.1, .atLeast(0)),
      .number("d", "a d", \.d, .atLeast(1)),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["row_var", "col_var", "variance"] }

  override func stateShape(_ position: Int, of parameter: Parameter) -> [Int] {
    var shape = parameter.value.shape
    if shape.count > 1, position < 2 { shape[shape.count - 1 - position] = 1 }
    return shape
  }

  override func isRemembered(
    _ position: Int, _ parameter: Parameter, _ options: AdafactorOptions
  ) -> Bool {
    (parameter.value.rank > 1) == (position < 2)
  }

  override func update(
    _ slot: inout OptimizerSlot, _ gradient: Tensor, _ options: AdafactorOptions
  ) throws {
    if gradient.count == 0 { return }
    let root = Double(gradient.count).squareRoot()
    let size = try slot.parameter.value.detached().norm().item(Double.self) / root
    let t = Double(slot.step)
    let rate = max(options.eps.1, size) * min(options.learningRate, 1 / t.squareRoot())
    let least = options.eps.0 ?? gradient.dtype.precision
    let g = options.maximize ? try gradient.neg() : gradient
    let variance = try meanSquares(&slot.tensors, g, weight: pow(t, options.beta2Decay), least)
    let update = try variance.clamp(min: least * least).rsqrt() * g
    let excess = max(1, try update.norm().item(Double.self) / (root * options.d))
    try slot.parameter.update {
      if options.weightDecay != 0 { try $0 *= 1 - options.learningRate * options.weightDecay }
      try $0 -= update * (rate / excess)
    }
  }

  /// The running means of the squares, multiplied out.
  private func meanSquares(
    _ tensors: inout OptimizerTensors, _ g: Tensor, weight: Double, _ least: Double
  ) throws -> Tensor {
    let squares = try g.square()
    guard g.rank > 1 else {
      let variance = try (tensors.third ?? g.zerosLike()).lerp(squares, weight)
      tensors.third = variance
      return variance
    }
    let rowMeans = try squares.mean(-1, keepDim: true)
    let columnMeans = try squares.mean(-2, keepDim: true)
    let rows = try (tensors.first ?? rowMeans.zerosLike()).lerp(rowMeans, weight)
    let columns = try (tensors.second ?? columnMeans.zerosLike()).lerp(columnMeans, weight)
    tensors.first = rows
    tensors.second = columns
    return try rows / rows.mean(-2, keepDim: true).clamp(min: least) * columns
  }
}

extension DType {
  /// The distance from 1 to the next number.
  fileprivate var precision: Double {
    switch self {
    case .float64: 0x1p-52
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    default: 0x1p-23
    }
  }
}
