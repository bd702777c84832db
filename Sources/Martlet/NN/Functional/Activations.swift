extension Tensor {
  /// `exp(x) / sum(exp(x))` along a dimension: positive numbers that add up to 1.
  ///
  ///     let probabilities = try logits.softmax(dim: -1)
  public func softmax(dim: Int, dtype: DType? = nil) throws -> Tensor {
    try softmax(dim, dtype, log: false)
  }

  /// The logarithm of `softmax`, computed without overflow.
  ///
  ///     let loss = try nllLoss(logits.logSoftmax(dim: 1), labels)
  public func logSoftmax(dim: Int, dtype: DType? = nil) throws -> Tensor {
    try softmax(dim, dtype, log: true)
  }

  private func softmax(_ dim: Int, _ dtype: DType?, log: Bool) throws -> Tensor {
    let name = log ? "logSoftmax" : "softmax"
    try validate()
    let dim = try normalize(dim, rank, name)
    let x = try dtype.map { try to($0) } ?? Autocast.full(self)
    try x.requireFloatingPoint(name)
    return try SoftmaxNormalize(dim: dim, log: log)(x)
  }
}

/// Sets elements to zero with probability `p` and scales the others by `1 / (1 - p)`, while
/// training.
///
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
///
///     let h = try dropout(x, p: 0.2, training: isTraining)
///
/// - Throws: `TensorError.argument` unless p is between 0 and 1.
public func dropout(_ x: Tensor, p: Double = 0.5, training: Bool = true) throws -> Tensor {
  guard p >= 0, p <= 1 else {
    throw TensorError.argument(
      operation: "dropout", reason: "a probability of \(p) is not between 0 and 1")
  }
  if !training || p == 0 { return x }
  if p == 1 { return try x * 0 }
  try x.requireFloatingPoint("dropout")
  return try DropoutMask.callAsFunction(x, p: p)
}
