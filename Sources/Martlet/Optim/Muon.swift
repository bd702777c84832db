/// How `Muon` scales its steps by a matrix' shape.
public enum MuonAdjustment: Sendable {
  /// By `sqrt(max(1, rows / columns))`.
  case original
  /// By `0.2 sqrt(max(rows, columns))`: steps as large as those of AdamW, whose learning rate fits.
  case matchRMSAdamW
  /// By `sqrt(rows / columns)`.
  case spectralUnclamped
}

/// The hyper-parameters of `Muon`.
public struct MuonOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 1e-3
  /// How much of the parameter each step takes off.
  public var weightDecay = 0.1
  /// How much of the running mean of g is kept at each step.
  public var momentum = 0.95
  /// Whether steps go along a mixture of g and the running mean.
  public var nesterov = true
  /// The polynomial `a x + b x^3 + c x^5` that makes a matrix orthogonal.
  public var coefficients = (3.4445, -4.775, 2.0315)
  /// The least norm that a matrix is divided by.
  public var eps = 1e-7
  /// How often the polynomial is applied.
  public var iterations = 5
  /// How steps are scaled by the shape.
  public var adjustment = MuonAdjustment.original
}

/// Momentum whose steps are made orthogonal, so that all directions of a matrix learn equally fast.
/// For the matrices of hidden layers; biases, embeddings and heads are left to `AdamW`.
///
///     m = momentum m + (1 - momentum) g;  p -= learningRate orthogonal(m)
///
/// where `orthogonal` brings all singular values near 1 by a few iterations of Newton and Schulz.
/// They are computed in float32, where PyTorch's are in bfloat16: nearer to what the polynomial
/// says, and as fast on a processor.
///
/// Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024; Liu et al.,
/// "Muon is Scalable for LLM Training", 2025.
///
///     let optimizer = try Muon(net.parameters { $1.value.rank == 2 }, learningRate: 0.02)
public final class Muon: GroupedOptimizer<MuonOptions> {
  /// An optimizer of `parameters`, which are matrices; the other arguments are those of
  /// `MuonOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, decay or momentum, or more than 99
  ///   iterations; `TensorError.rank` for a parameter that is no matrix.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, weightDecay: Double = 0.1,
    momentum: Double = 0.95, nesterov: Bool = true,
    coefficients: (Double, Double, Double) = (3.4445, -4.775, 2.0315), eps: Double = 1e-7,
    iterations: Int = 5, adjustment: MuonAdjustment = .original
  ) throws {
    try super.init(
      parameters,
      MuonOptions(
        learningRate: learningRate, weightDecay: weightDecay, momentum: momentum,
        nesterov: nesterov, coefficients: coefficients, eps: eps, iterations: iterations,
        adjustment: adjustment))
  }

  override class var hyperParameters: [HyperParameter<MuonOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .number("momentum", "a momentum", \.momentum, .atLeast(0)), .flag("nesterov", \.nesterov),
      .number("ns_coefficients.0", "a first coefficient", \.coefficients.0, .any),
      .number("ns_coefficients.1", "a second coefficient", \.coefficients.1, .any),
      .number("ns_coefficients.2", "a third coefficient", \.coefficients.2, .any),
      .number("eps", "an eps", \.eps, .atLeast(0)),
      .integer("ns_steps", "a number of iterations", \.iterations, 0...99),
      .choice(
        "adjust_lr_fn", \.adjustment, [.original, .matchRMSAdamW, .spectralUnclamped]),
    ]
  }

  override class var stateNames: [String] { ["momentum_buffer"] }
  override class var momentum: WritableKeyPath<MuonOptions, Double>? { \.momentum }

  override func check(_ parameter: Parameter) throws {
    guard parameter.value.rank == 2 else {
      throw TensorError.rank(
        operation: Self.name, rank: parameter.value.rank, expected: "the 2 of a matrix")
    }
  }

  override func update(
    _ slot: inout OptimizerSlot, _ gradient: Tensor, _ options: MuonOptions
  ) throws {
    if gradient.count == 0 { return }
    let mean = try (slot.tensors.first ?? gradient.zerosLike())
      .lerp(gradient, 1 - options.momentum)
    slot.tensors.first = mean
    let direction = options.nesterov ? try gradient.lerp(mean, options.momentum) : mean
    let update = try orthogonal(direction, options).to(gradient.dtype)
    let rows = Double(gradient.shape[0])
    let columns = Double(gradient.shape[1])
    let scale =
      switch options.adjustment {
      case .original: max(1, rows / columns).squareRoot()
      case .matchRMSAdamW: 0.2 * max(rows, columns).squareRoot()
      case .spectralUnclamped: (rows / columns).squareRoot()
      }
    try slot.parameter.update {
      try $0 *= 1 - options.learningRate * options.weightDecay
      try $0 -= update * (options.learningRate * scale)
    }
  }

  private func orthogonal(_ matrix: Tensor, _ options: MuonOptions) throws -> Tensor {
    let (a, b, c) = options.coefficients
    let isTall = matrix.shape[0] > matrix.shape[1]
    var x = try matrix.to(.float32)
    if isTall { x = try x.t() }
    x = try x / x.norm().clamp(min: options.eps)
    for _ in 0..<options.iterations {
      let gram = try x.mm(x.t())
      let polynomial = try gram.addmm(gram, gram, beta: b, alpha: c)
      x = try x.addmm(polynomial, x, beta: a)
    }
    return isTall ? try x.t() : x
  }
}
