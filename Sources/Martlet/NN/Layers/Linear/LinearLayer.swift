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
  /// The last size of the input.
  public let inFeatures: Int
  /// The last size of the result.
  public let outFeatures: Int

  /// A layer from `inFeatures` to `outFeatures`.
  ///
  /// - Parameters:
  ///   - inFeatures: The last size of the input.
  ///   - outFeatures: The last size of the result.
  ///   - bias: Whether there is a bias.
  public convenience init(_ inFeatures: Int, _ outFeatures: Int, bias: Bool = true) {
    self.init(LayerArguments("Linear"), inFeatures, outFeatures, bias: bias)
  }

  /// A layer of another one, whose arguments may be wrong.
  init(_ arguments: LayerArguments, _ inFeatures: Int, _ outFeatures: Int, bias: Bool) {
    var arguments = arguments
    arguments.require("inFeatures", inFeatures, atLeast: 0)
    arguments.require("outFeatures", outFeatures, atLeast: 0)
    let bound = inFeatures > 0 ? 1 / Double(inFeatures).squareRoot() : 0
    weight = arguments.parameter { Tensor.uniform([outFeatures, inFeatures], -bound, bound) }
    self.bias =
      bias ? arguments.parameter { Tensor.uniform([outFeatures], -bound, bound) } : nil
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
  }

  /// `x weight^T + bias`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try linear(x, weight.value, bias?.value)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "in_features=\(inFeatures), out_features=\(outFeatures), bias=\((bias != nil).literal)"
  }
}
