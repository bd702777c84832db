import COneDNN

/// Which convolution is computed.
enum ConvolutionPass: UInt8, Hashable, Sendable {
  case forward
  /// The gradient with respect to the input, which is also a transposed convolution.
  case input
  /// The gradient with respect to the weight and the bias.
  case weight
}

/// A way to compute a convolution with oneDNN.
///
/// Plain channels-first tags are not among them: oneDNN has only im2col code for those, 2 to 5
/// times slower than a reorder and a channels-last convolution.
enum ConvolutionRoute {
  /// F(4x4, 3x3), in oneDNN's blocked layout: the activations are reordered on the way in and out.
  case winograd
  /// Direct, with the activations in the layout that oneDNN likes best.
  case blocked
  /// Direct, with the activations channels-last.
  case channelsLast

  static func candidates(_ pass: ConvolutionPass, _ shape: ConvolutionShape) -> [ConvolutionRoute] {
    var routes: [ConvolutionRoute] = []
    if winogradPays(shape) { routes.append(.winograd) }
    // A large first layer: oneDNN's weight gradient for few input channels wants blocked output
    // gradients.
    let window = shape.kernel.x * shape.kernel.y * shape.kernel.z
    if pass == .weight, shape.inChannels <= 4, shape.groups == 1, window >= 25 {
      routes.append(.blocked)
    }
    return routes + [.channelsLast]
  }

  /// Compares nanoseconds on one AVX-512 core for each pair of input and output channels, as
  /// measured for images of 4 to 56 pixels, 16 to 512 channels and batches of 1 to 32. The Winograd
  /// transform of the weights is a fixed cost, which small batches do not earn; those of the
  /// activations weigh more the fewer channels there are.
  private static func winogradPays(_ shape: ConvolutionShape) -> Bool {
    let ones = SIMD3<Int>(repeating: 1)
    guard shape.allowsWinograd, shape.spatialRank == 2, shape.groups == 1,
      shape.kernel == [1, 3, 3], shape.stride == ones, shape.dilation == ones,
      shape.padding.y <= 1, shape.padding.z <= 1
    else { return false }
    let output = shape.output
    let pixels = Double(shape.batch) * Double(output.y) * Double(output.z)
    let tiled =
      Double(shape.batch) * Double((output.y + 3) / 4 * 4) * Double((output.z + 3) / 4 * 4)
    let direct = 0.1125 * pixels
    let perChannel = 0.9 * (1 / Double(shape.inChannels) + 1 / Double(shape.outChannels)) / 2
    let winograd = 25 + 0.038 * tiled + perChannel * pixels
    return winograd < 0.8 * direct
  }
}

/// oneDNN's descriptions of the primitive for one pass along one route.
struct ConvolutionPrimitive {
  let description: PrimitiveDescription
  let pass: ConvolutionPass

  /// The layouts that the primitive works in.
  var input: dnnl_memory_desc_t {
    description.memory(pass == .input ? dnnl_query_diff_src_md : dnnl_query_src_md)
  }
  var weight: dnnl_memory_desc_t {
    description.memory(pass == .weight ? dnnl_query_diff_weights_md : dnnl_query_weights_md)
  }
  var output: dnnl_memory_desc_t {
    description.memory(pass == .forward ? dnnl_query_dst_md : dnnl_query_diff_dst_md)
  }

  /// - Parameter packedWeight: the layout that the weight already has, if it is not for oneDNN to
  ///   choose.
  init(
    _ pass: ConvolutionPass, _ route: ConvolutionRoute, _ shape: ConvolutionShape,
    bias hasBias: Bool, activation: OneDNN.Activation, packedWeight: dnnl_memory_desc_t?
  ) throws {
    self.pass = pass
    let rank = shape.spatialRank + 2
    let tag = route == .channelsLast ? .channelsLast(rank: rank) : dnnl_format_tag_any
    var input = try dnnl_memory_desc_t(shape.inputDimensions, tag: tag)
    var output = try dnnl_memory_desc_t(shape.outputDimensions, tag: tag)
    var weight =
      try packedWeight ?? dnnl_memory_desc_t(shape.weightDimensions, tag: dnnl_format_tag_any)
    var bias = dnnl_memory_desc_t()
    if hasBias { bias = try dnnl_memory_desc_t([Int64(shape.outChannels)], tag: dnnl_a) }
    let algorithm =
      route == .winograd ? dnnl_convolution_winograd : dnnl_convolution_direct
    let stride = shape.spatial(shape.stride)
    let dilation = shape.spatial(shape.dilation &- 1)
    let padding = shape.spatial(shape.padding)

    var forward = dnnl_convolution_desc_t()
    // Always "training": for inference Winograd wants weights already transformed, and oneDNN takes
    // 0.1 s to transform the larger ones.
    try OneDNN.check(
      dnnl_dilated_convolution_forward_desc_init(
        &forward, dnnl_forward_training, algorithm, &input, &weight, &bias, &output, stride,
        dilation, padding, padding),
      "dnnl_dilated_convolution_forward_desc_init")

    if pass == .forward {
      let attributes = try Attributes(activation: activation)
      var first = try PrimitiveDescription.first(
        &forward, attributes: attributes, call: "convolution")
      // The older generator is as fast or faster than batch-reduced products, three times for
      // MNIST's few channels, but for 1x1 kernels and for single images: their large weights pass
      // through the caches once, which it does not read in order.
      if let isa = first.implementation.suffix(after: "brgconv:"),
        shape.batch > 1 || shape.inChannels / shape.groups < 32,
        let direct = try? PrimitiveDescription.first(
          &forward, attributes: attributes, call: "convolution", where: { $0 == "jit:" + isa })
      {
        first = direct
      }
      description = first
      return
    }

    let plain = try Attributes()
    let hint = try PrimitiveDescription.hint(&forward, attributes: plain)
    var backward = dnnl_convolution_desc_t()
    if pass == .input {
      try OneDNN.check(
        dnnl_dilated_convolution_backward_data_desc_init(
          &backward, algorithm, &input, &weight, &output, stride, dilation, padding, padding),
        "dnnl_dilated_convolution_backward_data_desc_init")
    } else {
      try OneDNN.check(
        dnnl_dilated_convolution_backward_weights_desc_init(
          &backward, algorithm, &input, &weight, &bias, &output, stride, dilation, padding,
          padding),
        "dnnl_dilated_convolution_backward_weights_desc_init")
    }
    description = try PrimitiveDescription.first(
      &backward, attributes: plain, hint: hint, call: "convolution gradient")
  }
}

extension String {
  fileprivate func suffix(after prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
