import Martlet

extension OperationTable {
  /// Activations, normalisation and regularisation of `torch.nn.functional`.
  mutating func addFunctional() {
    add("softmax") { try $0.tensor(0).softmax(dim: $0.int(1, "dim"), dtype: $0.dtype()) }
    add("log_softmax") { try $0.tensor(0).logSoftmax(dim: $0.int(1, "dim"), dtype: $0.dtype()) }
    unary("nn.functional.relu") { try $0.relu() }
    unary("nn.functional.silu") { try $0.silu() }
    add("nn.functional.gelu") {
      try $0.tensor(0).gelu(
        approximate: $0.choice(1, "approximate", default: .none, ["none": .none, "tanh": .tanh]))
    }
    add("nn.functional.dropout") {
      try dropout(
        $0.tensor(0), p: $0.double(1, "p", default: 0.5),
        training: $0.bool(2, "training", default: true))
    }
    add("nn.functional.layer_norm") {
      try layerNorm(
        $0.tensor(0), normalizedShape: $0.ints(1, "normalized_shape"),
        weight: $0[2, "weight"]?.tensor(), bias: $0[3, "bias"]?.tensor(),
        eps: $0.double(4, "eps", default: 1e-5))
    }
    add("nn.functional.rms_norm") {
      try rmsNorm(
        $0.tensor(0), normalizedShape: $0.ints(1, "normalized_shape"),
        weight: $0[2, "weight"]?.tensor(), eps: $0[3, "eps"]?.double())
    }
    add("nn.functional.batch_norm") { arguments in
      var mean = try arguments[1, "running_mean"]?.tensor()
      var variance = try arguments[2, "running_var"]?.tensor()
      let result = try batchNorm(
        arguments.tensor(0), runningMean: &mean, runningVar: &variance,
        weight: arguments[3, "weight"]?.tensor(), bias: arguments[4, "bias"]?.tensor(),
        training: arguments.bool(5, "training"),
        momentum: arguments.double(6, "momentum", default: 0.1),
        eps: arguments.double(7, "eps", default: 1e-5))
      arguments.mutate(arguments[1, "running_mean"], mean)
      arguments.mutate(arguments[2, "running_var"], variance)
      return result
    }
  }

  /// Convolutions and pooling.
  mutating func addWindows() {
    add("nn.functional.conv1d") { try convolve($0, conv1d) }
    add("nn.functional.conv2d") { try convolve($0, conv2d) }
    add("nn.functional.conv3d") { try convolve($0, conv3d) }
    add("nn.functional.max_pool1d") { try maxPool($0, 1, maxPool1d) }
    add("nn.functional.max_pool2d") { try maxPool($0, 2, maxPool2d) }
    add("nn.functional.max_pool3d") { try maxPool($0, 3, maxPool3d) }
    add("nn.functional.avg_pool1d") { arguments in
      let window = try AverageWindow(arguments)
      return try avgPool1d(
        arguments.tensor(0), kernelSize: window.kernelSize, stride: window.stride,
        padding: window.padding, ceilMode: window.ceilMode,
        countIncludePad: window.countIncludePad)
    }
    add("nn.functional.avg_pool2d") { arguments in
      let window = try AverageWindow(arguments)
      return try avgPool2d(
        arguments.tensor(0), kernelSize: window.kernelSize, stride: window.stride,
        padding: window.padding, ceilMode: window.ceilMode,
        countIncludePad: window.countIncludePad,
        divisorOverride: arguments[6, "divisor_override"]?.int())
    }
    add("nn.functional.avg_pool3d") { arguments in
      let window = try AverageWindow(arguments)
      return try avgPool3d(
        arguments.tensor(0), kernelSize: window.kernelSize, stride: window.stride,
        padding: window.padding, ceilMode: window.ceilMode,
        countIncludePad: window.countIncludePad,
        divisorOverride: arguments[6, "divisor_override"]?.int())
    }
    add("nn.functional.adaptive_avg_pool1d") { try adaptive($0, adaptiveAvgPool1d) }
    add("nn.functional.adaptive_avg_pool2d") { try adaptive($0, adaptiveAvgPool2d) }
    add("nn.functional.adaptive_avg_pool3d") { try adaptive($0, adaptiveAvgPool3d) }
    for rank in 1...3 {
      add("nn.functional.adaptive_max_pool\(rank)d") { arguments in
        let (values, indices) = try adaptiveMaxPoolWithIndices(
          arguments.tensor(0), spatialRank: rank,
          outputSize: arguments.required(1, "output_size").optionalInts())
        return try arguments.bool(2, "return_indices") ? [values, indices] : [values]
      }
    }
  }

  /// Losses.
  mutating func addLosses() {
    add("nn.functional.l1_loss") {
      try l1Loss($0.tensor(0), $0.tensor(1, "target"), reduction: $0.reduction())
    }
    add("nn.functional.smooth_l1_loss") {
      try smoothL1Loss(
        $0.tensor(0), $0.tensor(1, "target"), beta: $0.double(nil, "beta", default: 1),
        reduction: $0.reduction())
    }
    add("nn.functional.huber_loss") {
      try huberLoss(
        $0.tensor(0), $0.tensor(1, "target"), delta: $0.double(nil, "delta", default: 1),
        reduction: $0.reduction())
    }
    add("nn.functional.binary_cross_entropy") {
      try binaryCrossEntropy(
        $0.tensor(0), $0.tensor(1, "target"), weight: $0["weight"]?.tensor(),
        reduction: $0.reduction())
    }
    add("nn.functional.binary_cross_entropy_with_logits") {
      try binaryCrossEntropyWithLogits(
        $0.tensor(0), $0.tensor(1, "target"), weight: $0["weight"]?.tensor(),
        positiveWeight: $0["pos_weight"]?.tensor(), reduction: $0.reduction())
    }
    add("nn.functional.kl_div") { arguments in
      let isBatchMean = try arguments.string(nil, "reduction", default: "mean") == "batchmean"
      return try klDivergence(
        arguments.tensor(0), arguments.tensor(1, "target"),
        logTarget: arguments.bool(nil, "log_target"), batchMean: isBatchMean,
        reduction: isBatchMean ? .mean : arguments.reduction())
    }
    add("nn.functional.mse_loss") {
      try mseLoss($0.tensor(0), $0.tensor(1, "target"), reduction: $0.reduction())
    }
    add("nn.functional.nll_loss") {
      try nllLoss(
        $0.tensor(0), $0.tensor(1, "target"), weight: $0["weight"]?.tensor(),
        ignoreIndex: $0.int(nil, "ignore_index", default: -100), reduction: $0.reduction())
    }
    add("nn.functional.cross_entropy") {
      try crossEntropy(
        $0.tensor(0), $0.tensor(1, "target"), weight: $0["weight"]?.tensor(),
        ignoreIndex: $0.int(nil, "ignore_index", default: -100), reduction: $0.reduction(),
        labelSmoothing: $0.double(nil, "label_smoothing", default: 0))
    }
  }
}

extension Arguments {
  /// A string that names a case of an enumeration; any other one cannot be written in Swift.
  func choice<T>(
    _ position: Int?, _ name: String, default value: T, _ cases: [String: T]
  ) throws -> T {
    guard let argument = self[position, name] else { return value }
    let text = try argument.string()
    guard let choice = cases[text] else { throw Unwritable("\(name): \"\(text)\"") }
    return choice
  }

  func reduction() throws -> LossReduction {
    try choice(
      nil, "reduction", default: .mean, ["mean": .mean, "sum": .sum, "none": LossReduction.none])
  }
}

private typealias Convolution = (
  Tensor, Tensor, Tensor?, _ stride: any SpatialConvertible, _ padding: ConvolutionPadding,
  _ dilation: any SpatialConvertible, _ groups: Int
) throws -> Tensor

private func convolve(_ arguments: Arguments, _ convolution: Convolution) throws -> Tensor {
  var padding = ConvolutionPadding.valid
  if let given = arguments[4, "padding"] {
    if case .string = given.value {
      padding = try arguments.choice(
        4, "padding", default: .valid, ["same": ConvolutionPadding.same, "valid": .valid])
    } else {
      padding = try given.ints().convolutionPadding
    }
  }
  return try convolution(
    arguments.tensor(0), arguments.tensor(1, "weight"), arguments[2, "bias"]?.tensor(),
    arguments[3, "stride"]?.ints() ?? [1], padding, arguments[5, "dilation"]?.ints() ?? [1],
    arguments.int(6, "groups", default: 1))
}

private func adaptive(
  _ arguments: Arguments, _ pool: (Tensor, any AdaptiveSizeConvertible) throws -> Tensor
) throws -> Tensor {
  try pool(arguments.tensor(0), arguments.required(1, "output_size").optionalInts())
}

private typealias MaxPool = (
  Tensor, _ kernelSize: any SpatialConvertible, _ stride: (any SpatialConvertible)?,
  _ padding: any SpatialConvertible, _ dilation: any SpatialConvertible, _ ceilMode: Bool
) throws -> Tensor

private func maxPool(
  _ arguments: Arguments, _ spatialRank: Int, _ pool: MaxPool
) throws -> [Tensor] {
  let x = try arguments.tensor(0)
  let kernelSize = try arguments.ints(1, "kernel_size")
  let given = try arguments[2, "stride"]?.ints()
  // An empty stride is PyTorch's way to leave it out.
  let stride = given?.isEmpty == true ? nil : given
  let padding = try arguments[3, "padding"]?.ints() ?? [0]
  let dilation = try arguments[4, "dilation"]?.ints() ?? [1]
  let ceilMode = try arguments.bool(5, "ceil_mode")
  guard try arguments.bool(6, "return_indices") else {
    return [try pool(x, kernelSize, stride, padding, dilation, ceilMode)]
  }
  let (values, indices) = try maxPoolWithIndices(
    x, spatialRank: spatialRank, kernelSize: kernelSize, stride: stride, padding: padding,
    dilation: dilation, ceilMode: ceilMode)
  return [values, indices]
}

/// The arguments that average pooling has in all ranks.
private struct AverageWindow {
  let kernelSize: [Int]
  let stride: [Int]?
  let padding: [Int]
  let ceilMode: Bool
  let countIncludePad: Bool

  init(_ arguments: Arguments) throws {
    kernelSize = try arguments.ints(1, "kernel_size")
    let given = try arguments[2, "stride"]?.ints()
    // An empty stride is PyTorch's way to leave it out.
    stride = given?.isEmpty == true ? nil : given
    padding = try arguments[3, "padding"]?.ints() ?? [0]
    ceilMode = try arguments.bool(4, "ceil_mode")
    countIncludePad = try arguments.bool(5, "count_include_pad", default: true)
  }
}
