/// A convolution (cross-correlation) in one dimension: x `[N, C, L]` or `[C, L]`, weight `[F, C /
/// groups, K]`, bias `[F]`, result `[N, F, (L + 2 padding - dilation (K - 1) - 1) / stride + 1]`.
///
///     let y = try conv1d(signal, Tensor.randn([8, 3, 5]), padding: .same)
public func conv1d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: any SpatialConvertible = 1,
  padding: some ConvolutionPaddingConvertible = 0, dilation: any SpatialConvertible = 1,
  groups: Int = 1
) throws -> Tensor {
  try convolution(1, x, weight, bias, stride, padding.convolutionPadding, dilation, groups)
}

/// A convolution in two dimensions: x `[N, C, H, W]` or `[C, H, W]`, weight `[F, C / groups, KH,
/// KW]`, bias `[F]`. One number for stride, padding or dilation serves both dimensions.
///
///     let y = try conv2d(images, Tensor.randn([8, 3, 5, 5]), stride: 2, padding: 2)
public func conv2d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: any SpatialConvertible = 1,
  padding: some ConvolutionPaddingConvertible = 0, dilation: any SpatialConvertible = 1,
  groups: Int = 1
) throws -> Tensor {
  try convolution(2, x, weight, bias, stride, padding.convolutionPadding, dilation, groups)
}

/// A convolution in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`, weight `[F, C /
/// groups, KD, KH, KW]`, bias `[F]`.
///
///     let y = try conv3d(volumes, Tensor.randn([8, 3, 3, 3, 3]), padding: [1, 1, 0])
public func conv3d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: any SpatialConvertible = 1,
  padding: some ConvolutionPaddingConvertible = 0, dilation: any SpatialConvertible = 1,
  groups: Int = 1
) throws -> Tensor {
  try convolution(3, x, weight, bias, stride, padding.convolutionPadding, dilation, groups)
}

func convolution(
  _ rank: Int, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?,
  _ stride: any SpatialConvertible, _ padding: ConvolutionPadding,
  _ dilation: any SpatialConvertible, _ groups: Int
) throws -> Tensor {
  if let (x, weight, bias) = try Autocast.lowering(x, weight, bias) {
    return try convolution(rank, x, weight, bias, stride, padding, dilation, groups)
  }
  let name = "conv\(rank)d"
  try requireDevice(x, weight, bias, operation: name)
  if x.rank == rank + 1 {
    return try convolution(
      rank, x.unsqueezed(0), weight, bias, stride, padding, dilation, groups
    ).squeeze(0)
  }
  guard x.rank == rank + 2, weight.rank == rank + 2 else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, weight.shape],
      reason: "needs \(rank + 2) dimensions in both (or \(rank + 1) without a batch)")
  }
  let (x, window) = try padded(
    x, weight,
    Window(
      stride: stride.dims(rank, name, "stride", atLeast: 1),
      padding: Dims(repeating: 0, rank: rank),
      dilation: dilation.dims(rank, name, "dilation", atLeast: 1), groups: groups),
    padding, name)
  guard groups > 0, weight.sizes[0] % groups == 0, groups <= max(weight.sizes[0], 1) else {
    throw TensorError.argument(
      operation: name, reason: "\(weight.sizes[0]) filters in \(groups) groups")
  }
  guard x.sizes[1] == weight.sizes[1] * groups else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, weight.shape],
      reason: "the input has \(x.sizes[1]) channels, the weight is for \(weight.sizes[1] * groups)")
  }
  for i in 0..<rank {
    let reach = window.dilation[i] * (weight.sizes[i + 2] - 1) + 1
    guard weight.sizes[i + 2] > 0, reach <= x.sizes[i + 2] + 2 * window.padding[i] else {
      throw TensorError.shape(
        operation: name, shapes: [x.shape, weight.shape],
        reason: "the kernel reaches over \(reach) elements of \(x.sizes[i + 2])"
          + " and a padding of \(window.padding[i])")
    }
  }
  if let bias, bias.rank != 1 || bias.sizes[0] != weight.sizes[0] {
    throw TensorError.shape(
      operation: name, shapes: [bias.shape, weight.shape],
      reason: "the bias needs one element a filter")
  }
  guard x.dtype != .bool, x.dtype == weight.dtype, bias == nil || bias?.dtype == x.dtype else {
    throw TensorError.dtype(
      operation: name, dtypes: [x.dtype, weight.dtype] + (bias.map { [$0.dtype] } ?? []),
      reason: "needs numbers of one dtype")
  }
  if x.dtype.isInteger { return try integerConvolution(x, weight, bias, window) }
  return try Convolution(window: window, input: x.sizes, weight: weight.sizes)(x, weight, bias)
}

/// The window with the padding that is asked for, and x with what a window cannot express: one more
/// zero at the end of a dimension.
private func padded(
  _ x: Tensor, _ weight: Tensor, _ window: Window, _ padding: ConvolutionPadding, _ name: String
) throws -> (Tensor, Window) {
  var window = window
  let rank = window.spatialRank
  switch padding.kind {
  case .valid: return (x, window)
  case .amounts(let amounts):
    window.padding = try amounts.dims(rank, name, "padding", atLeast: 0)
    return (x, window)
  case .same:
    var edges: [Int] = []
    for i in (0..<rank).reversed() {
      guard window.stride[i] == 1 else {
        throw TensorError.argument(
          operation: name, reason: "the padding .same needs a stride of 1, not \(window.stride[i])")
      }
      let (total, overflow) = window.dilation[i]
        .multipliedReportingOverflow(by: max(weight.sizes[i + 2] - 1, 0))
      guard !overflow, total <= Int(Int32.max) else {
        throw TensorError.shape(
          operation: name, shapes: [x.shape, weight.shape], reason: "the kernel reaches too far")
      }
      window.padding[i] = total / 2
      edges += [0, total % 2]
    }
    return (edges.contains(1) ? try pad(x, edges) : x, window)
  }
}
