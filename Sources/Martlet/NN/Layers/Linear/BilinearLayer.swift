/// `x1^T weight x2 + bias` for each result: x1 `[..., in1]`, x2 `[..., in2]`, result `[..., out]`.
///
/// Weight `[out, in1, in2]` and bias `[out]` start uniform in `±1 / sqrt(in1)`.
///
///     let score = try Bilinear(20, 30, 1)(x, y)
public final class Bilinear: Module, Sendable {
  /// A matrix for each result, `[out, in1, in2]`.
  public let weight: Parameter
  /// What is added, `[out]`.
  public let bias: Parameter?
  private let sizes: (in1: Int, in2: Int, out: Int)

  /// A layer from two inputs to `outFeatures` results.
  ///
  /// - Parameters:
  ///   - in1Features: The last size of the first input.
  ///   - in2Features: The last size of the second input.
  ///   - outFeatures: The last size of the result.
  ///   - bias: Whether there is a bias.
  public init(_ in1Features: Int, _ in2Features: Int, _ outFeatures: Int, bias: Bool = true) {
    var arguments = LayerArguments("Bilinear")
    arguments.require("in1Features", in1Features, atLeast: 1)
    arguments.require("in2Features", in2Features, atLeast: 0)
    arguments.require("outFeatures", outFeatures, atLeast: 0)
    let bound = 1 / Double(max(in1Features, 1)).squareRoot()
    let shape = [outFeatures, in1Features, in2Features]
    weight = arguments.parameter { Tensor.uniform(shape, -bound, bound) }
    self.bias =
      bias ? arguments.parameter { Tensor.uniform([outFeatures], -bound, bound) } : nil
    sizes = (in1Features, in2Features, outFeatures)
  }

  /// `bilinear` of both inputs.
  public func forward(_ input: (Tensor, Tensor)) throws -> Tensor {
    try bilinear(input.0, input.1, weight.value, bias?.value)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "in1_features=\(sizes.in1), in2_features=\(sizes.in2), out_features=\(sizes.out)"
      + ", bias=\((bias != nil).literal)"
  }
}
