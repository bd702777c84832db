/// Brings the last dimensions, of sizes `normalizedShape`, to mean 0 and variance 1 for each
/// position in the others, then scales and shifts.
///
/// Ba, Kiros, Hinton, "Layer Normalization", 2016.
///
///     let norm = LayerNorm(64)
public final class LayerNorm: Module, Sendable {
  /// What normalized elements are multiplied by, in the normalized shape; nil without
  /// `elementwiseAffine`. Ones at first.
  public let weight: Parameter?
  /// What is added after that, in the normalized shape. Zeros at first.
  public let bias: Parameter?
  /// The sizes of the dimensions that are brought together.
  public let normalizedShape: [Int]
  /// What is added to variances.
  public let eps: Double

  /// A layer for inputs `[..., normalizedShape]`.
  ///
  /// - Parameters:
  ///   - normalizedShape: The last size of the inputs, or the last sizes.
  ///   - eps: Added to variances.
  ///   - elementwiseAffine: Whether the result is scaled and shifted by parameters.
  ///   - bias: Whether it is shifted too.
  public init(
    _ normalizedShape: any SpatialConvertible, eps: Double = 1e-5, elementwiseAffine: Bool = true,
    bias: Bool = true
  ) {
    let shape = normalizedShape.spatial
    self.normalizedShape = shape
    self.eps = eps
    weight = elementwiseAffine ? Parameter(Tensor.ones(shape)) : nil
    self.bias = elementwiseAffine && bias ? Parameter(Tensor.zeros(shape)) : nil
  }

  /// `layerNorm` of x, in its shape.
  public func forward(_ x: Tensor) throws -> Tensor {
    try layerNorm(
      x, normalizedShape: normalizedShape, weight: weight?.value, bias: bias?.value, eps: eps)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "\(normalizedShape.tuple), eps=\(eps.literal), elementwise_affine=\((weight != nil).literal)"
      + ", bias=\((bias != nil).literal)"
  }
}

/// Brings the last dimensions, of sizes `normalizedShape`, to a root mean square of 1 for each
/// position in the others, then scales.
///
/// Zhang, Sennrich, "Root Mean Square Layer Normalization", 2019.
///
///     let norm = RMSNorm(64)
public final class RMSNorm: Module, Sendable {
  /// What normalized elements are multiplied by, in the normalized shape; nil without
  /// `elementwiseAffine`. Ones at first.
  public let weight: Parameter?
  /// The sizes of the dimensions that are brought together.
  public let normalizedShape: [Int]
  /// What is added to mean squares; nil for the spacing of the dtype's numbers at 1.
  public let eps: Double?

  /// A layer for inputs `[..., normalizedShape]`.
  ///
  /// - Parameters:
  ///   - normalizedShape: The last size of the inputs, or the last sizes.
  ///   - eps: Added to mean squares; by default the spacing of the dtype's numbers at 1.
  ///   - elementwiseAffine: Whether the result is scaled by a parameter.
  public init(
    _ normalizedShape: any SpatialConvertible, eps: Double? = nil, elementwiseAffine: Bool = true
  ) {
    let shape = normalizedShape.spatial
    self.normalizedShape = shape
    self.eps = eps
    weight = elementwiseAffine ? Parameter(Tensor.ones(shape)) : nil
  }

  /// `rmsNorm` of x, in its shape.
  public func forward(_ x: Tensor) throws -> Tensor {
    try rmsNorm(x, normalizedShape: normalizedShape, weight: weight?.value, eps: eps)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "\(normalizedShape.tuple), eps=\(eps.literal), elementwise_affine=\((weight != nil).literal)"
  }
}
