/// A convolution in two dimensions: x `[N, C, H, W]` or `[C, H, W]`, result `[N, F, H', W']` with
/// `H' = (H + 2 padding - dilation (kernel - 1) - 1) / stride + 1`.
///
/// Weight `[F, C / groups, KH, KW]` and bias `[F]` start uniform in `±1 / sqrt(C / groups KH KW)`.
///
///     let conv = Conv2d(3, 16, kernelSize: 3, stride: 2, padding: 1)
public final class Conv2d: Module, Sendable {
  /// The kernels, `[F, C / groups, KH, KW]`.
  public let weight: Parameter
  /// What is added to each channel of the result, `[F]`.
  public let bias: Parameter?
  /// How far windows are apart.
  public let stride: [Int]
  /// What is put around the input.
  public let padding: ConvolutionPadding
  /// How far the elements of a window are apart.
  public let dilation: [Int]
  /// Into how many groups channels are divided; results depend on their own group only.
  public let groups: Int

  /// A layer from `inChannels` to `outChannels`, both of which `groups` divides.
  ///
  /// - Parameters:
  ///   - inChannels: The channels of the input.
  ///   - outChannels: The channels of the result.
  ///   - kernelSize: The size of a window.
  ///   - stride: How far windows are apart.
  ///   - padding: What is put around the input.
  ///   - dilation: How far the elements of a window are apart.
  ///   - groups: Into how many groups channels are divided.
  ///   - bias: Whether there is a bias.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: any SpatialConvertible,
    stride: any SpatialConvertible = 1, padding: some ConvolutionPaddingConvertible = 0,
    dilation: any SpatialConvertible = 1, groups: Int = 1, bias: Bool = true
  ) {
    let sizes = kernelSize.spatial
    let kernel = sizes.count == 1 ? sizes + sizes : sizes
    let inner = groups > 0 && inChannels % groups == 0 ? inChannels / groups : -1
    let shape = [outChannels, inner] + kernel
    let fanIn = shape.dropFirst().reduce(1.0) { $0 * Double($1) }
    let bound = fanIn > 0 ? 1 / fanIn.squareRoot() : 0
    // A number of groups that does not divide the channels shows as a negative size.
    weight = Parameter(Tensor.uniform(shape, -bound, bound))
    self.bias = bias ? Parameter(Tensor.uniform([outChannels], -bound, bound)) : nil
    self.stride = stride.spatial
    self.padding = padding.convolutionPadding
    self.dilation = dilation.spatial
    self.groups = groups
  }

  /// `conv2d` of `x` with these parameters.
  public func forward(_ x: Tensor) throws -> Tensor {
    try conv2d(
      x, weight.value, bias?.value, stride: stride, padding: padding, dilation: dilation,
      groups: groups)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    let shape = weight.value.shape
    guard shape.count == 4 else { return "" }
    func pair(_ values: [Int]) -> String {
      values.count == 1
        ? "(\(values[0]), \(values[0]))" : "(\(values.map(String.init).joined(separator: ", ")))"
    }
    var text =
      "\(shape[1] * groups), \(shape[0]), kernel_size=\(pair(Array(shape[2...]))), stride=\(pair(stride))"
    switch padding.kind {
    case .amounts(let amounts):
      if amounts.contains(where: { $0 != 0 }) { text += ", padding=\(pair(amounts))" }
    case .same: text += ", padding=same"
    }
    if dilation.contains(where: { $0 != 1 }) { text += ", dilation=\(pair(dilation))" }
    if groups != 1 { text += ", groups=\(groups)" }
    return bias == nil ? text + ", bias=False" : text
  }
}
