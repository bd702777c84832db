/// The transpose of `conv1d` as a linear map, which enlarges: x `[N, C, L]` or `[C, L]`, weight
/// `[C, F / groups, K]`, bias `[F]`, result `[N, F, (L - 1) stride - 2 padding + dilation (K - 1) +
/// outputPadding + 1]`.
///
///     let y = try convTranspose1d(signal, Tensor.randn([3, 8, 4]), stride: 2, padding: 1)
public func convTranspose1d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: any SpatialConvertible = 1,
  padding: any SpatialConvertible = 0, outputPadding: any SpatialConvertible = 0, groups: Int = 1,
  dilation: any SpatialConvertible = 1
) throws -> Tensor {
  try transposedConvolution(1, x, weight, bias, stride, padding, outputPadding, groups, dilation)
}

/// `convTranspose1d` in two dimensions: x `[N, C, H, W]` or `[C, H, W]`, weight `[C, F / groups,
/// KH, KW]`.
///
///     let y = try convTranspose2d(images, Tensor.randn([3, 8, 4, 4]), stride: 2, padding: 1)
public func convTranspose2d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: any SpatialConvertible = 1,
  padding: any SpatialConvertible = 0, outputPadding: any SpatialConvertible = 0, groups: Int = 1,
  dilation: any SpatialConvertible = 1
) throws -> Tensor {
  try transposedConvolution(2, x, weight, bias, stride, padding, outputPadding, groups, dilation)
}

/// `convTranspose1d` in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`, weight `[C, F /
/// groups, KD, KH, KW]`.
///
///     let y = try convTranspose3d(volumes, Tensor.randn([3, 8, 2, 2, 2]), stride: 2)
public func convTranspose3d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: any SpatialConvertible = 1,
  padding: any SpatialConvertible = 0, outputPadding: any SpatialConvertible = 0, groups: Int = 1,
  dilation: any SpatialConvertible = 1
) throws -> Tensor {
  try transposedConvolution(3, x, weight, bias, stride, padding, outputPadding, groups, dilation)
}

func transposedConvolution(
  _ rank: Int, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?,
  _ stride: any SpatialConvertible, _ padding: any SpatialConvertible,
  _ outputPadding: any SpatialConvertible, _ groups: Int, _ dilation: any SpatialConvertible
) throws -> Tensor {
  if let (x, weight, bias) = try Autocast.lowering(x, weight, bias) {
    return try transposedConvolution(
      rank, x, weight, bias, stride, padding, outputPadding, groups, dilation)
  }
  let name = "convTranspose\(rank)d"
  if x.rank == rank + 1 {
    return try transposedConvolution(
      rank, x.unsqueezed(0), weight, bias, stride, padding, outputPadding, groups, dilation
    ).squeeze(0)
  }
  try sameDevice(x, weight, name)
  let window = Window(
    stride: try stride.dims(rank, name, "stride", atLeast: 1),
    padding: try padding.dims(rank, name, "padding", atLeast: 0),
    dilation: try dilation.dims(rank, name, "dilation", atLeast: 1), groups: groups)
  let extra = try outputPadding.dims(rank, name, "outputPadding", atLeast: 0)
  guard x.rank == rank + 2, weight.rank == rank + 2 else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, weight.shape],
      reason: "needs \(rank + 2) dimensions in both (or \(rank + 1) without a batch)")
  }
  guard groups > 0, x.sizes[1] == weight.sizes[0], x.sizes[1] % groups == 0 else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, weight.shape],
      reason: "the input has \(x.sizes[1]) channels in \(groups) groups,"
        + " the weight is for \(weight.sizes[0])")
  }
  guard x.dtype != .bool, x.dtype == weight.dtype, bias == nil || bias?.dtype == x.dtype else {
    throw TensorError.dtype(
      operation: name, dtypes: [x.dtype, weight.dtype] + (bias.map { [$0.dtype] } ?? []),
      reason: "needs numbers of one dtype")
  }
  let filters = weight.sizes[1] * groups
  if let bias, bias.rank != 1 || bias.sizes[0] != filters {
    throw TensorError.shape(
      operation: name, shapes: [bias.shape, weight.shape],
      reason: "the bias needs one element a filter")
  }
  var shape = [x.sizes[0], filters]
  for i in 0..<rank {
    guard extra[i] < max(window.stride[i], window.dilation[i]) else {
      throw TensorError.argument(
        operation: name,
        reason: "an output padding of \(extra[i]) is not less than the stride"
          + " (\(window.stride[i])) or the dilation (\(window.dilation[i]))")
    }
    let reach = window.dilation[i] * (weight.sizes[i + 2] - 1)
    let size =
      (x.sizes[i + 2] - 1) * window.stride[i] - 2 * window.padding[i] + reach + extra[i] + 1
    guard weight.sizes[i + 2] > 0, x.sizes[i + 2] > 0, size > 0 else {
      throw TensorError.shape(
        operation: name, shapes: [x.shape, weight.shape],
        reason: "the result would have size \(size)")
    }
    shape.append(size)
  }
  let map = ConvolutionInput(
    window: window, input: try checkedSizes(shape, name), weight: weight.sizes)
  // Sums of integers are exact up to 2^53; half precision is rounded once, after the bias.
  let computed: DType =
    x.dtype.isInteger ? .float64 : x.isHalfPrecision && bias != nil ? .float32 : x.dtype
  let result = try map(x.to(computed), weight.to(computed))
  return try
    (bias.map { try result + $0.reshape([filters] + Array(repeating: 1, count: rank)) } ?? result)
    .to(x.dtype)
}
