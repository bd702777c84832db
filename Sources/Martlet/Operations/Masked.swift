/// Reductions, scans and normalisations of the elements that a mask keeps: where it is true. It
/// broadcasts to the tensor's shape; without one all elements count. A result over no elements is
/// that of an empty set: 0 for a sum, negative infinity for a greatest element, NaN for a mean.
public enum Masked {
  /// The sum over some dimensions, or over all.
  ///
  ///     try Masked.sum(x, [1], mask: x .> 0)
  public static func sum(
    _ x: Tensor, _ dims: [Int] = [], keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, mask, 0).sum(dims, keepDim: keepDim)
  }

  /// The product over some dimensions, or over all.
  ///
  ///     try Masked.prod(x, [1], mask: x .> 0)
  public static func prod(
    _ x: Tensor, _ dims: [Int] = [], keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    let x = try kept(x, mask, 1)
    if dims.isEmpty {
      let all = Array(0..<x.rank)
      return try all.isEmpty ? x.prod(keepDim: keepDim) : prod(x, all, keepDim: keepDim)
    }
    // From the last one, so that dropping a dimension moves none of those to come.
    let ordered = try dims.map { try Martlet.normalize($0, x.rank, "prod") }.sorted(by: >)
    return try ordered.reduce(x) { try $0.prod($1, keepDim: keepDim) }
  }

  /// The mean over some dimensions, or over all.
  ///
  ///     try Masked.mean(x, [1], mask: x .> 0)
  public static func mean(
    _ x: Tensor, _ dims: [Int] = [], keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try x.requireFloatingPoint("mean")
    return try x.widened {
      try sum($0, dims, keepDim: keepDim, mask: mask)
        / count($0, dims, keepDim: keepDim, mask: mask)
    }
  }

  /// The variance over some dimensions, or over all: the sum of squared distances from the mean,
  /// divided by the number of elements less `correction`. Of integers it is float32.
  ///
  ///     try Masked.var(x, [1], mask: x .> 0)
  public static func `var`(
    _ x: Tensor, _ dims: [Int] = [], correction: Double = 1, keepDim: Bool = false,
    mask: Tensor? = nil
  ) throws -> Tensor {
    if !x.dtype.isFloatingPoint {
      return try `var`(
        x.to(.float64), dims, correction: correction, keepDim: keepDim, mask: mask
      ).to(.float32)
    }
    return try x.widened { x in
      let distance = try x - mean(x, dims, keepDim: true, mask: mask)
      let total = try sum(distance.square(), dims, keepDim: keepDim, mask: mask)
      let count = try count(x, dims, keepDim: keepDim, mask: mask)
      return try total / (count - correction).clamp(min: 0)
    }
  }

  /// The root of `var`.
  ///
  ///     try Masked.std(x, [1], mask: x .> 0)
  public static func std(
    _ x: Tensor, _ dims: [Int] = [], correction: Double = 1, keepDim: Bool = false,
    mask: Tensor? = nil
  ) throws -> Tensor {
    func root(_ x: Tensor) throws -> Tensor {
      try `var`(x, dims, correction: correction, keepDim: keepDim, mask: mask).sqrt()
    }
    return try x.dtype.isFloatingPoint ? x.widened(root) : root(x)
  }

  /// The greatest element over some dimensions, or over all.
  ///
  ///     try Masked.amax(x, [1], mask: x .> 0)
  public static func amax(
    _ x: Tensor, _ dims: [Int] = [], keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, mask, x.smallest()).amax(dims, keepDim: keepDim)
  }

  /// The least element over some dimensions, or over all.
  ///
  ///     try Masked.amin(x, [1], mask: x .> 0)
  public static func amin(
    _ x: Tensor, _ dims: [Int] = [], keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, mask, x.largest()).amin(dims, keepDim: keepDim)
  }

  /// Where the greatest element is along a dimension, or in the flattened tensor.
  ///
  ///     try Masked.argmax(x, 1, mask: x .> 0)
  public static func argmax(
    _ x: Tensor, _ dim: Int? = nil, keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, mask, x.smallest()).argmax(dim, keepDim: keepDim)
  }

  /// Where the least element is along a dimension, or in the flattened tensor.
  ///
  ///     try Masked.argmin(x, 1, mask: x .> 0)
  public static func argmin(
    _ x: Tensor, _ dim: Int? = nil, keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, mask, x.largest()).argmin(dim, keepDim: keepDim)
  }

  /// The median along a dimension, the lesser one of two.
  ///
  ///     try Masked.median(x, 1, mask: x .> 0)
  public static func median(
    _ x: Tensor, _ dim: Int, keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try x.requireFloatingPoint("median")
    return try kept(x, mask, Double.nan).nanmedian(dim: dim, keepDim: keepDim).values
  }

  /// The p-norm over some dimensions, or over all, as `Tensor.norm`.
  ///
  ///     try Masked.norm(x, 2, [1], mask: x .> 0)
  public static func norm(
    _ x: Tensor, _ p: Double = 2, _ dims: [Int] = [], keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, mask, p == -.infinity ? Double.infinity : 0).norm(p, dims, keepDim: keepDim)
  }

  /// `log(sum(exp(x)))` over some dimensions, or over all.
  ///
  ///     try Masked.logSumExp(x, [1], mask: x .> 0)
  public static func logSumExp(
    _ x: Tensor, _ dims: [Int] = [], keepDim: Bool = false, mask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, mask, x.smallest()).logSumExp(dims, keepDim: keepDim)
  }

  /// Sums along a dimension up to each element.
  ///
  ///     try Masked.cumsum(x, 1, mask: x .> 0)
  public static func cumsum(_ x: Tensor, _ dim: Int, mask: Tensor? = nil) throws -> Tensor {
    try kept(x, mask, 0).cumsum(dim)
  }

  /// Products along a dimension up to each element.
  ///
  ///     try Masked.cumprod(x, 1, mask: x .> 0)
  public static func cumprod(_ x: Tensor, _ dim: Int, mask: Tensor? = nil) throws -> Tensor {
    try kept(x, mask, 1).cumprod(dim)
  }

  /// `softmax` along a dimension, with 0 for what is not kept.
  ///
  ///     try Masked.softmax(x, 1, mask: x .> 0)
  public static func softmax(_ x: Tensor, _ dim: Int, mask: Tensor? = nil) throws -> Tensor {
    try kept(x, mask, -Double.infinity).softmax(dim: dim)
  }

  /// The logarithm of `softmax` along a dimension.
  ///
  ///     try Masked.logSoftmax(x, 1, mask: x .> 0)
  public static func logSoftmax(_ x: Tensor, _ dim: Int, mask: Tensor? = nil) throws -> Tensor {
    try kept(x, mask, -Double.infinity).logSoftmax(dim: dim)
  }

  /// `softmax` of `-x` along a dimension, with 0 for what is not kept.
  ///
  ///     try Masked.softmin(x, 1, mask: x .> 0)
  public static func softmin(_ x: Tensor, _ dim: Int, mask: Tensor? = nil) throws -> Tensor {
    try Martlet.softmin(kept(x, mask, Double.infinity), dim: dim)
  }

  /// x over its p-norm along a dimension, or over `eps` where that is greater, with 0 for what is
  /// not kept.
  ///
  ///     try Masked.normalize(x, 2, 1, mask: x .> 0)
  public static func normalize(
    _ x: Tensor, _ p: Double, _ dim: Int, eps: Double = 1e-12, mask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, mask, 0) / norm(x, p, [dim], keepDim: true, mask: mask).clamp(min: eps)
  }

  /// `log(exp(x) + exp(y))` of what is kept of each.
  ///
  ///     try Masked.logaddexp(x, y, xMask: x .> 0)
  public static func logaddexp(
    _ x: Tensor, _ y: Tensor, xMask: Tensor? = nil, yMask: Tensor? = nil
  ) throws -> Tensor {
    try kept(x, xMask, -Double.infinity).logaddexp(kept(y, yMask, -Double.infinity))
  }

  private static func count(
    _ x: Tensor, _ dims: [Int], keepDim: Bool, mask: Tensor?
  ) throws -> Tensor {
    try sum(x.onesLike(), dims, keepDim: keepDim, mask: mask)
  }

  /// x with `value` where the mask is false.
  private static func kept(_ x: Tensor, _ mask: Tensor?, _ value: some ScalarConvertible) throws
    -> Tensor
  {
    guard let mask else { return x }
    return try x.filled(value, where: mask.logicalNot().expanded(x.shape))
  }

  private static func kept(_ x: Tensor, _ mask: Tensor?, _ value: Tensor) throws -> Tensor {
    guard let mask else { return x }
    return try x.where(mask.expanded(x.shape), else: value)
  }
}
