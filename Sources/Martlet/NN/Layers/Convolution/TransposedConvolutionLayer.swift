/// `TransposedConvolutionLayer` of `[N, C, L]` or `[C, L]`.
public typealias ConvTranspose1d = TransposedConvolutionLayer<Spatial1>
/// `TransposedConvolutionLayer` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias ConvTranspose2d = TransposedConvolutionLayer<Spatial2>
/// `TransposedConvolutionLayer` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias ConvTranspose3d = TransposedConvolutionLayer<Spatial3>

/// A transposed convolution, which is a convolution's derivative with respect to its input: x `[N,
/// C, ...]` or `[C, ...]`, result `[N, F, ...]` with sizes `(size - 1) stride - 2 padding +
/// dilation (kernel - 1) + outputPadding + 1`.
///
/// Weight `[C, F / groups, kernel...]` and bias `[F]` start uniform in `±1 / sqrt(F / groups
/// kernel...)`.
///
///     let up = ConvTranspose2d(16, 8, kernelSize: 4, stride: 2, padding: 1)
public final class TransposedConvolutionLayer<Rank: SpatialRank>: ConvolutionParameters, Module,
  @unchecked Sendable
{
  /// How much less the result is at both ends of each dimension.
  public let padding: [Int]
  /// How much more the result is at the end of each dimension.
  public let outputPadding: [Int]

  /// A layer from `inChannels` to `outChannels`, both of which `groups` divides.
  ///
  /// - Parameters:
  ///   - inChannels: The channels of the input.
  ///   - outChannels: The channels of the result.
  ///   - kernelSize: The size of a window.
  ///   - stride: How far windows are apart.
  ///   - padding: How much less the result is at both ends.
  ///   - outputPadding: How much more the result is at the end; less than the stride or the
  ///     dilation.
  ///   - groups: Into how many groups channels are divided.
  ///   - bias: Whether there is a bias.
  ///   - dilation: How far the elements of a window are apart.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: any SpatialConvertible,
    stride: any SpatialConvertible = 1, padding: any SpatialConvertible = 0,
    outputPadding: any SpatialConvertible = 0, groups: Int = 1, bias: Bool = true,
    dilation: any SpatialConvertible = 1
  ) {
    self.padding = padding.expanded(Rank.rank)
    self.outputPadding = outputPadding.expanded(Rank.rank)
    var arguments = LayerArguments("ConvTranspose\(Rank.rank)d")
    for (name, values) in [("padding", self.padding), ("outputPadding", self.outputPadding)] {
      arguments.require(
        values.count == Rank.rank && values.allSatisfy { $0 >= 0 },
        "\(name) \(values) should have one number, or \(Rank.rank), of at least 0")
    }
    super.init(
      arguments, rank: Rank.rank, inChannels, outChannels, kernelSize: kernelSize, stride: stride,
      dilation: dilation, groups: groups, bias: bias, transposed: true)
  }

  /// The transposed convolution of `x` with these parameters.
  public func forward(_ x: Tensor) throws -> Tensor { try apply(x, outputPadding) }

  /// Applies the layer with the output padding that gives a result of these spatial sizes, where
  /// several lead a convolution to x's.
  ///
  ///     let y = try up(x, outputSize: [33, 33])
  ///
  /// - Throws: `TensorError.argument` for sizes that no output padding gives.
  public func callAsFunction(_ x: Tensor, outputSize: [Int]) throws -> Tensor {
    try applying { try apply(x, outputSize: outputSize) }
  }

  private func apply(_ x: Tensor, outputSize: [Int]) throws -> Tensor {
    let rank = Rank.rank
    guard x.rank == rank + 1 || x.rank == rank + 2, outputSize.count == rank else {
      throw TensorError.shape(
        operation: layerName, shapes: [x.shape, outputSize],
        reason: "needs \(rank) spatial dimensions, and an output size for each")
    }
    let plain = try apply(x, Array(repeating: 0, count: rank)).shape.suffix(rank)
    let extra = zip(outputSize, plain).map { $0 &- $1 }
    guard extra.allSatisfy({ $0 >= 0 }) else {
      throw TensorError.argument(
        operation: layerName,
        reason: "an output of \(outputSize) is less than \(Array(plain)), which follows from the"
          + " windows")
    }
    return try apply(x, extra)
  }

  private func apply(_ x: Tensor, _ extra: [Int]) throws -> Tensor {
    try transposedConvolution(
      Rank.rank, x, weight.value, bias?.value, stride, padding, extra, groups, dilation)
  }

  /// `ConvTranspose1d` to `ConvTranspose3d`.
  public var layerName: String { "ConvTranspose\(Rank.rank)d" }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    description(
      padding: padding.contains { $0 != 0 } ? padding.tuple : nil, outputPadding: outputPadding)
  }
}
