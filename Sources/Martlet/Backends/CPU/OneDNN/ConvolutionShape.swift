import COneDNN

/// The geometry of a convolution (cross-correlation) in 1 to 3 spatial dimensions, and how its
/// activations lie in memory. Input `[batch, inChannels, input...]`, weight `[outChannels,
/// inChannels / groups, kernel...]`, contiguous, output `[batch, outChannels, output...]`.
struct ConvolutionShape: Hashable, Sendable {
  var batch: Int
  var inChannels: Int
  var outChannels: Int
  var groups = 1
  /// 1, 2 or 3: how many of the lanes of the vectors below count, the last ones. The others must be
  /// 1 (`padding` 0).
  var spatialRank: Int
  var input: SIMD3<Int>
  var kernel: SIMD3<Int>
  var stride = SIMD3<Int>(repeating: 1)
  var padding = SIMD3<Int>(repeating: 0)
  var dilation = SIMD3<Int>(repeating: 1)
  /// Of the input, and of the gradient with respect to it.
  var inputLayout = OneDNN.Layout.channelsLast
  /// Of the output, and of the gradient with respect to it.
  var outputLayout = OneDNN.Layout.channelsLast
  /// Winograd's algorithm takes half the time for 3x3 kernels, at a rounding error some ten times
  /// greater.
  var allowsWinograd = true

  /// Sizes of the output; less than 1 where the kernel does not fit. Only for sizes that `validate`
  /// accepts.
  var output: SIMD3<Int> {
    (input &+ padding &+ padding &- dilation &* (kernel &- 1) &- 1) / stride &+ 1
  }

  /// Throws unless oneDNN can be asked: sizes positive and within 32 bits, kernel no larger than
  /// the padded input.
  func validate() throws {
    let sizes =
      [batch, inChannels, outChannels, groups]
      + [input, kernel, stride, dilation].flatMap(\.lanes)
    let limit = Int(Int32.max) / 4
    guard (1...3).contains(spatialRank), sizes.allSatisfy({ $0 > 0 && $0 <= limit }),
      padding.lanes.allSatisfy({ $0 >= 0 && $0 <= limit }), inChannels % groups == 0,
      outChannels % groups == 0, zip(dilation.lanes, kernel.lanes).allSatisfy({ $0 <= limit / $1 })
    else { throw OneDNNError.invalid("convolution") }
    let output = output
    guard output.lanes.allSatisfy({ $0 > 0 }),
      ConvolutionShape.fits([batch, inChannels] + input.lanes),
      ConvolutionShape.fits([batch, outChannels] + output.lanes),
      ConvolutionShape.fits([outChannels, inChannels] + kernel.lanes)
    else { throw OneDNNError.invalid("convolution") }
  }

  private static func fits(_ sizes: [Int]) -> Bool {
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow || next > 1 << 40 { return false }
      product = next
    }
    return true
  }

  func hash(into hasher: inout Hasher) {
    var mixer = WordMixer()
    mix(into: &mixer)
    hasher.combine(mixer.value)
  }

  func mix(into mixer: inout WordMixer) {
    mixer.mix(batch)
    mixer.mix(inChannels)
    mixer.mix(outChannels)
    mixer.mix(groups)
    mixer.mix(input)
    mixer.mix(kernel)
    mixer.mix(stride)
    mixer.mix(padding)
    mixer.mix(dilation)
    mixer.mix(
      spatialRank << 8 | Int(inputLayout.rawValue) << 4 | Int(outputLayout.rawValue) << 1
        | (allowsWinograd ? 1 : 0))
  }
}

extension SIMD3 where Scalar == Int {
  fileprivate var lanes: [Int] { [x, y, z] }
}

// MARK: - Memory descriptors

extension ConvolutionShape {
  /// The lanes that count, as oneDNN wants them.
  func spatial(_ values: SIMD3<Int>) -> [Int64] {
    values.lanes.suffix(spatialRank).map(Int64.init)
  }

  var inputDimensions: [Int64] { [Int64(batch), Int64(inChannels)] + spatial(input) }
  var outputDimensions: [Int64] { [Int64(batch), Int64(outChannels)] + spatial(output) }

  var weightDimensions: [Int64] {
    let channels =
      groups == 1
      ? [outChannels, inChannels] : [groups, outChannels / groups, inChannels / groups]
    return channels.map(Int64.init) + spatial(kernel)
  }

  func inputDescriptor() throws -> dnnl_memory_desc_t {
    try activation(inputDimensions, inputLayout)
  }

  func outputDescriptor() throws -> dnnl_memory_desc_t {
    try activation(outputDimensions, outputLayout)
  }

  func weightDescriptor() throws -> dnnl_memory_desc_t {
    try dnnl_memory_desc_t(weightDimensions, tag: .plain(rank: weightDimensions.count))
  }

  private func activation(
    _ dimensions: [Int64], _ layout: OneDNN.Layout
  ) throws -> dnnl_memory_desc_t {
    // With one channel or one pixel both layouts are the same bytes, and channels-last needs no
    // reorder.
    let same = dimensions[1] == 1 || dimensions.dropFirst(2).allSatisfy { $0 == 1 }
    return try dnnl_memory_desc_t(
      dimensions,
      tag: layout == .channelsLast || same
        ? .channelsLast(rank: dimensions.count) : .plain(rank: dimensions.count))
  }
}

extension dnnl_format_tag_t {
  static func plain(rank: Int) -> dnnl_format_tag_t {
    switch rank {
    case 1: dnnl_a
    case 2: dnnl_ab
    case 3: dnnl_abc
    case 4: dnnl_abcd
    case 5: dnnl_abcde
    case 6: dnnl_abcdef
    default: dnnl_format_tag_undef
    }
  }

  static func channelsLast(rank: Int) -> dnnl_format_tag_t {
    switch rank {
    case 3: dnnl_acb
    case 4: dnnl_acdb
    case 5: dnnl_acdeb
    default: dnnl_format_tag_undef
    }
  }
}
