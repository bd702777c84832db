/// `log(1 + exp(beta x)) / beta`, and x itself where `beta x` exceeds `threshold`.
///
///     let scale = try softplus(x)
public func softplus(_ x: Tensor, beta: Double = 1, threshold: Double = 20) throws -> Tensor {
  let x = try Autocast.full(x)
  try x.requireFloatingPoint("softplus")
  return try x.fused("softplus") { x in
    let scaled = beta == 1 ? x : try x * beta
    let linear = try scaled .> threshold
    // Filled, so that what is not taken has a finite derivative.
    let curve = try scaled.filled(0, where: linear).exp().log1p()
    return try x.where(linear, else: beta == 1 ? curve : curve / beta)
  }
}

/// `log(sigmoid(x))` without overflow.
///
///     try logSigmoid(Tensor([0.0, -1000.0]))  // [-0.6931, -1000]
public func logSigmoid(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("logSigmoid")
  // To autocast this is one function, which takes what comes.
  return try Autocast.without {
    try x.fused("logSigmoid") { try Binary.minimum($0, .int(0)) - (-$0.abs()).exp().log1p() }
  }
}

/// `x tanh(softplus(x))`: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function",
/// 2019.
///
///     let h = try mish(x)
public func mish(_ x: Tensor) throws -> Tensor {
  try Autocast.without { try x.fused("mish") { try $0 * softplus($0).tanh() } }
}

/// `x / (1 + |x|)`.
///
///     try softsign(Tensor([1.0, -3.0]))  // [0.5, -0.75]
public func softsign(_ x: Tensor) throws -> Tensor {
  try x.fused("softsign") { try $0 / ($0.abs() + 1) }
}

/// `x - tanh(x)`.
///
///     let h = try tanhshrink(x)
public func tanhshrink(_ x: Tensor) throws -> Tensor {
  try x.fused("tanhshrink") { try $0 - $0.tanh() }
}

/// `softmax(-x)` along a dimension.
///
///     let nearness = try softmin(distances, dim: -1)
public func softmin(_ x: Tensor, dim: Int, dtype: DType? = nil) throws -> Tensor {
  try (-(dtype.map { try x.to($0) } ?? x)).softmax(dim: dim)
}

/// x where it is positive, `alpha (exp(x) - 1)` elsewhere: Clevert et al., "Fast and Accurate Deep
/// Network Learning by Exponential Linear Units", 2015.
///
///     try elu(Tensor([-1.0, 2.0]))  // [-0.6321, 2]
public func elu(_ x: Tensor, alpha: Double = 1) throws -> Tensor {
  try exponentialUnit("elu", x, alpha: alpha, inner: 1)
}

/// `max(x, 0) + min(alpha (exp(x / alpha) - 1), 0)`: Barron, "Continuously Differentiable
/// Exponential Linear Units", 2017.
///
///     let h = try celu(x, alpha: 0.5)
///
/// - Throws: `TensorError.argument` for an alpha of 0.
public func celu(_ x: Tensor, alpha: Double = 1) throws -> Tensor {
  guard alpha != 0 else {
    throw TensorError.argument(operation: "celu", reason: "alpha must not be 0")
  }
  return try exponentialUnit("celu", x, alpha: alpha, inner: 1 / alpha)
}

/// `elu` scaled so that activations keep mean 0 and variance 1: Klambauer et al., "Self-Normalizing
/// Neural Networks", 2017.
///
///     let h = try selu(x)
public func selu(_ x: Tensor) throws -> Tensor {
  try x.fused("selu") {
    try exponentialUnit("selu", $0, alpha: 1.6732632423543772848170429916717, inner: 1)
      * 1.0507009873554804934193349852946
  }
}

private func exponentialUnit(_ name: String, _ x: Tensor, alpha: Double, inner: Double) throws
  -> Tensor
{
  try x.requireFloatingPoint(name)
  return try x.fused(name) { x in
    let positive = try x .> 0
    // Filled, so that what is not taken does not overflow.
    let rest = try x.filled(0, where: positive)
    let curve = try Autocast.without { try (inner == 1 ? rest : rest * inner).expm1() }
    return try x.where(positive, else: curve * alpha)
  }
}

/// The first half along a dimension times the sigmoid of the second: Dauphin et al., "Language
/// Modeling with Gated Convolutional Networks", 2016.
///
///     try glu(Tensor([1.0, 2.0, 0.0, 0.0]))  // [0.5, 1]
///
/// - Throws: `TensorError.shape` if the dimension has an odd size.
public func glu(_ x: Tensor, dim: Int = -1) throws -> Tensor {
  guard x.rank > 0 else {
    throw TensorError.rank(operation: "glu", rank: 0, expected: "at least 1")
  }
  let size = try x.size(dim)
  guard size % 2 == 0 else {
    throw TensorError.shape(
      operation: "glu", shapes: [x.shape], reason: "dimension \(dim) has an odd size (\(size))")
  }
  let gate = try x.narrow(dim, start: size / 2, length: size / 2)
  let value = try x.narrow(dim, start: 0, length: size / 2)
  return try value.fused("glu", with: gate) { try $0 * $1.sigmoid() }
}
