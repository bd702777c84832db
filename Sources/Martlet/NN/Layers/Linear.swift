/// `x weight^T + bias`: x `[..., in]`, result `[..., out]`.
///
/// Weight `[out, in]` and bias `[out]` start uniform in `±1 / sqrt(in)`.
public final class Linear: Module, Sendable {
  public let weight: Parameter
  public let bias: Parameter?

  public init(_ inFeatures: Int, _ outFeatures: Int, bias: Bool = true) {
    let bound = inFeatures > 0 ? 1 / Double(inFeatures).squareRoot() : 0
    weight = Parameter(Tensor.uniform([outFeatures, inFeatures], -bound, bound))
    self.bias = bias ? Parameter(Tensor.uniform([outFeatures], -bound, bound)) : nil
  }

  public func forward(_ x: Tensor) throws -> Tensor {
    try linear(x, weight.value, bias?.value)
  }

  public var extraDescription: String {
    let shape = weight.value.shape
    return shape.count == 2
      ? "in_features=\(shape[1]), out_features=\(shape[0]), bias=\(bias != nil)" : ""
  }
}
