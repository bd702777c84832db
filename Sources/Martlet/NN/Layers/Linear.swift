/// `x weight^T + bias`: x `[..., in]`, result `[..., out]`.
///
/// Weight `[out, in]` and bias `[out]` start uniform in `±1 / sqrt(in)`.
///
///     let layer = Linear(784, 10)
public final class Linear: Module, Sendable {
  /// The matrix, `[out, in]`.
  public let weight: Parameter
  /// What is added, `[out]`.
  public let bias: Parameter?

  /// A layer from `inFeatures` to `outFeatures`.
  ///
  /// - Parameters:
  ///   - inFeatures: The last size of the input.
  ///   - outFeatures: The last size of the result.
  ///   - bias: Whether there is a bias.
  public init(_ inFeatures: Int, _ outFeatures: Int, bias: Bool = true) {
    let bound = inFeatures > 0 ? 1 / Double(inFeatures).squareRoot() : 0
    weight = Parameter(Tensor.uniform([outFeatures, inFeatures], -bound, bound))
    self.bias = bias ? Parameter(Tensor.uniform([outFeatures], -bound, bound)) : nil
  }

  /// `x weight^T + bias`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try linear(x, weight.value, bias?.value)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    let shape = weight.value.shape
    return shape.count == 2
      ? "in_features=\(shape[1]), out_features=\(shape[0]), bias=\(bias != nil)" : ""
  }
}
