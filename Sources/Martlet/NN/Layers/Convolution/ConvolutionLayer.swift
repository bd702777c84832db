/// `ConvolutionLayer` of `[N, C, L]` or `[C, L]`.
public typealias Conv1d = ConvolutionLayer<Spatial1>
/// `ConvolutionLayer` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias Conv2d = ConvolutionLayer<Spatial2>
/// `ConvolutionLayer` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias Conv3d = ConvolutionLayer<Spatial3>

/// A convolution (cross-correlation): x `[N, C, ...]` or `[C, ...]`, result `[N, F, ...]` with
/// sizes `(size + 2 padding - dilation (kernel - 1) - 1) / stride + 1`.
///
/// Weight `[F, C / groups, kernel...]` and bias `[F]` start uniform in `±1 / sqrt(C / groups
/// kernel...)`.
///
///     let conv = Conv2d(3, 16, kernelSize: 3, stride: 2, padding: 1)
public final class ConvolutionLayer<Rank: SpatialRank>: ConvolutionParameters, Module,
  @unchecked Sendable
{
  /// What is put around the input.
  public let padding: ConvolutionPadding
  /// What the elements of the padding are.
  public let paddingMode: PaddingMode
  /// Amounts for `pad`, where the padding is not of zeros.
  private let edges: [Int]

  /// A layer from `inChannels` to `outChannels`, both of which `groups` divides.
  ///
  /// - Parameters:
  ///   - inChannels: The channels of the input.
  ///   - outChannels: The channels of the result.
  ///   - kernelSize: The size of a window.
  ///   - stride: How far windows are apart.
  ///   - padding: What is put around the input; `.same` needs a stride of 1.
  ///   - dilation: How far the elements of a window are apart.
  ///   - groups: Into how many groups channels are divided.
  ///   - bias: Whether there is a bias.
  ///   - paddingMode: What the elements of the padding are; `.constant` for zeros.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: any SpatialConvertible,
    stride: any SpatialConvertible = 1, padding: some ConvolutionPaddingConvertible = 0,
    dilation: any SpatialConvertible = 1, groups: Int = 1, bias: Bool = true,
    paddingMode: PaddingMode = .constant
  ) {
    let padding = padding.convolutionPadding
    var arguments = LayerArguments("Conv\(Rank.rank)d")
    var amounts: [Int] = []
    switch padding.kind {
    case .amounts(let values):
      amounts = values.expanded(Rank.rank)
      arguments.require(
        amounts.count == Rank.rank && amounts.allSatisfy { $0 >= 0 },
        "padding \(values) should have one number, or \(Rank.rank), of at least 0")
    case .same:
      arguments.require(
        stride.spatial.allSatisfy { $0 == 1 },
        "the padding .same needs a stride of 1, not \(stride.spatial)")
    case .valid: break
    }
    self.padding = padding
    self.paddingMode = paddingMode
    edges =
      paddingMode == .constant
      ? []
      : Self.edges(padding, kernelSize.expanded(Rank.rank), dilation.expanded(Rank.rank))
    super.init(
      arguments, rank: Rank.rank, inChannels, outChannels, kernelSize: kernelSize, stride: stride,
      dilation: dilation, groups: groups, bias: bias, transposed: false)
  }

  /// How much `pad` adds before and after, from the last dimension on.
  private static func edges(_ padding: ConvolutionPadding, _ kernel: [Int], _ dilation: [Int])
    -> [Int]
  {
    switch padding.kind {
    case .amounts(let amounts):
      return amounts.expanded(Rank.rank).reversed().flatMap { [$0, $0] }
    case .same:
      return zip(kernel, dilation).reversed().flatMap { size, spread in
        let (total, overflow) = spread.multipliedReportingOverflow(by: max(size, 1) - 1)
        return overflow ? [] : [total / 2, total - total / 2]
      }
    case .valid: return []
    }
  }

  /// The convolution of `x` with these parameters.
  public func forward(_ x: Tensor) throws -> Tensor {
    if edges.isEmpty {
      return try convolution(
        Rank.rank, x, weight.value, bias?.value, stride, padding, dilation, groups)
    }
    // Before anything is made of arguments that may be wrong.
    let weight = weight.value
    try weight.validate()
    return try convolution(
      Rank.rank, pad(x, edges, mode: paddingMode), weight, bias?.value, stride, .valid,
      dilation, groups)
  }

  /// `Conv1d` to `Conv3d`.
  public var layerName: String { "Conv\(Rank.rank)d" }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    let text: String? =
      switch padding.kind {
      case .amounts(let amounts):
        amounts.contains { $0 != 0 } ? amounts.expanded(Rank.rank).tuple : nil
      case .same: "same"
      case .valid: "valid"
      }
    return description(padding: text, mode: paddingMode)
  }
}
