/// What convolutions and transposed convolutions store: kernels, a bias and how windows lie.
public class ConvolutionParameters: @unchecked Sendable {
  // Sendable: all of it is constant.

  /// The kernels.
  public let weight: Parameter
  /// What is added to each channel of the result, `[F]`.
  public let bias: Parameter?
  /// The channels of the input, C.
  public let inChannels: Int
  /// The channels of the result, F.
  public let outChannels: Int
  /// The size of a window in each dimension.
  public let kernelSize: [Int]
  /// How far windows are apart in each dimension.
  public let stride: [Int]
  /// How far the elements of a window are apart in each dimension.
  public let dilation: [Int]
  /// Into how many groups channels are divided; results depend on their own group only.
  public let groups: Int

  /// - Parameter transposed: Whether the weight is `[C, F / groups, ...]`, else `[F, C / groups,
  ///   ...]`.
  init(
    _ arguments: LayerArguments, rank: Int, _ inChannels: Int, _ outChannels: Int,
    kernelSize: any SpatialConvertible, stride: any SpatialConvertible,
    dilation: any SpatialConvertible, groups: Int, bias: Bool, transposed: Bool
  ) {
    var arguments = arguments
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.kernelSize = kernelSize.expanded(rank)
    self.stride = stride.expanded(rank)
    self.dilation = dilation.expanded(rank)
    self.groups = groups
    arguments.require("inChannels", inChannels, atLeast: 0)
    arguments.require("outChannels", outChannels, atLeast: 0)
    arguments.require("groups", groups, atLeast: 1)
    arguments.require(
      groups > 0 && inChannels % groups == 0 && outChannels % groups == 0,
      "\(groups) groups do not divide \(inChannels) and \(outChannels) channels")
    for (name, values) in [
      ("kernelSize", self.kernelSize), ("stride", self.stride), ("dilation", self.dilation),
    ] {
      arguments.require(
        values.count == rank && values.allSatisfy { $0 >= 1 },
        "\(name) \(values) should have one number, or \(rank), of at least 1")
    }
    let (outer, inner) = transposed ? (inChannels, outChannels) : (outChannels, inChannels)
    let shape = [outer, inner / max(groups, 1)] + self.kernelSize
    // The number of elements that each element of a result is computed from.
    let fanIn = shape.dropFirst().reduce(1.0) { $0 * Double($1) }
    let bound = fanIn > 0 ? 1 / fanIn.squareRoot() : 0
    weight = arguments.parameter { Tensor.uniform(shape, -bound, bound) }
    self.bias =
      bias ? arguments.parameter { Tensor.uniform([outChannels], -bound, bound) } : nil
  }

  /// The arguments, as PyTorch prints them.
  func description(
    padding: String?, outputPadding: [Int] = [], mode: PaddingMode = .constant
  ) -> String {
    var text = "\(inChannels), \(outChannels), kernel_size=\(kernelSize.tuple)"
    text += ", stride=\(stride.tuple)"
    if let padding { text += ", padding=\(padding)" }
    if dilation.contains(where: { $0 != 1 }) { text += ", dilation=\(dilation.tuple)" }
    if outputPadding.contains(where: { $0 != 0 }) {
      text += ", output_padding=\(outputPadding.tuple)"
    }
    if groups != 1 { text += ", groups=\(groups)" }
    if bias == nil { text += ", bias=False" }
    if mode != .constant { text += ", padding_mode=\(mode)" }
    return text
  }
}
