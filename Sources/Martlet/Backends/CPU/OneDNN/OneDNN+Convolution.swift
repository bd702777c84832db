import COneDNN

extension OneDNN {
  static let convolutions = ProgramCache<ConvolutionKey, Program>(capacity: 1024)
  static let packedConvolutionLayouts = ProgramCache<ConvolutionKey, PackedLayout>(capacity: 1024)

  struct ConvolutionKey: Hashable, Sendable {
    let shape: ConvolutionShape
    let pass: ConvolutionPass
    let bias: Bool
    let activation: Activation
    let packed: Bool
    let threads = omp_get_max_threads()

    func hash(into hasher: inout Hasher) {
      var mixer = WordMixer()
      shape.mix(into: &mixer)
      mixer.mix(
        Int(threads) << 16 | Int(pass.rawValue) << 8 | Int(activation.rawValue) << 4
          | (bias ? 2 : 0) | (packed ? 1 : 0))
      hasher.combine(mixer.value)
    }
  }

  /// `y = activation(x * weight + bias)`. All of `y` is written.
  ///
  /// - Parameter weight: contiguous `[outChannels, inChannels / groups, kernel...]`; or, if
  ///   `packed`, what `packedLayout(_:for:)` made of it for this shape.
  static func convolution(
    _ shape: ConvolutionShape, x: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    packed: Bool = false, bias: UnsafePointer<Float>? = nil, activation: Activation = .none,
    y: UnsafeMutablePointer<Float>
  ) throws {
    let key = ConvolutionKey(
      shape: shape, pass: .forward, bias: bias != nil, activation: activation, packed: packed)
    try program(key).run([
      UInt(bitPattern: x), UInt(bitPattern: weight), UInt(bitPattern: bias), UInt(bitPattern: y),
    ])
  }

  /// The gradient with respect to the input, overwriting `dx`; equally a transposed convolution of
  /// `dy`.
  static func convolutionInput(
    _ shape: ConvolutionShape, dy: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    packed: Bool = false, dx: UnsafeMutablePointer<Float>
  ) throws {
    let key = ConvolutionKey(
      shape: shape, pass: .input, bias: false, activation: .none, packed: packed)
    try program(key).run([
      UInt(bitPattern: dx), UInt(bitPattern: weight), 0, UInt(bitPattern: dy),
    ])
  }

  /// The gradients with respect to the weight (contiguous, as the weight) and, if asked for, the
  /// bias `[outChannels]`, overwriting both.
  static func convolutionWeight(
    _ shape: ConvolutionShape, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dweight: UnsafeMutablePointer<Float>, dbias: UnsafeMutablePointer<Float>? = nil
  ) throws {
    let key = ConvolutionKey(
      shape: shape, pass: .weight, bias: dbias != nil, activation: .none, packed: false)
    try program(key).run([
      UInt(bitPattern: x), UInt(bitPattern: dweight), UInt(bitPattern: dbias),
      UInt(bitPattern: dy),
    ])
  }

  /// The layout that a constant weight is best kept in, for `convolution` (`.forward`) or
  /// `convolutionInput` (`.input`) with `packed: true`.
  static func packedLayout(
    _ shape: ConvolutionShape, for pass: ConvolutionPass
  ) throws -> PackedLayout {
    let key = ConvolutionKey(
      shape: shape, pass: pass, bias: false, activation: .none, packed: true)
    return try packedConvolutionLayouts.value(for: key) {
      guard pass != .weight else { throw OneDNNError.invalid("packedLayout") }
      try shape.validate()
      let primitive = try firstPrimitive(key, packedWeight: nil).primitive
      return try PackedLayout(plain: shape.weightDescriptor(), packed: primitive.weight)
    }
  }

  private static func program(_ key: ConvolutionKey) throws -> Program {
    try convolutions.value(for: key) {
      try key.shape.validate()
      let layout = key.packed ? try packedLayout(key.shape, for: key.pass) : nil
      return try firstPrimitive(key, packedWeight: layout?.packed).program
    }
  }

  /// The best route that oneDNN has code for and whose scratch memory is within reason.
  private static func firstPrimitive(
    _ key: ConvolutionKey, packedWeight: dnnl_memory_desc_t?
  ) throws -> (primitive: ConvolutionPrimitive, program: Program) {
    var failure: any Error = OneDNNError.unsupported("convolution")
    for route in ConvolutionRoute.candidates(key.pass, key.shape) {
      do {
        let primitive = try ConvolutionPrimitive(
          key.pass, route, key.shape, bias: key.bias, activation: key.activation,
          packedWeight: packedWeight)
        let program = try assemble(key, primitive, weight: packedWeight)
        if route == .winograd, program.workspaceSize > 512 << 20 { continue }
        return (primitive, program)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  /// Operands: 0 the input, 1 the weight, 2 the bias, 3 the output, or their gradients.
  private static func assemble(
    _ key: ConvolutionKey, _ primitive: ConvolutionPrimitive, weight: dnnl_memory_desc_t?
  ) throws -> Program {
    let program = try Program()
    let sides: [(id: Int32, given: dnnl_memory_desc_t, wanted: dnnl_memory_desc_t)] = [
      (
        key.pass == .input ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC,
        try key.shape.inputDescriptor(), primitive.input
      ),
      (
        key.pass == .weight ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS,
        try weight ?? key.shape.weightDescriptor(), primitive.weight
      ),
      (
        key.pass == .forward ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST,
        try key.shape.outputDescriptor(), primitive.output
      ),
    ]
    let operands = [0, 1, 3]
    let result =
      switch key.pass {
      case .forward: 2
      case .input: 0
      case .weight: 1
      }
    var arguments: [Program.Argument] = []
    for (index, side) in sides.enumerated() {
      var place = Program.Place.operand(operands[index])
      if !side.given.isSame(as: side.wanted) {
        let given = place
        place = try program.reserve(side.wanted.byteCount)
        if index != result {
          try program.appendReorder(from: side.given, at: given, to: side.wanted, at: place)
        }
      }
      arguments.append(Program.Argument(id: side.id, descriptor: side.wanted, place: place))
    }
    let produced = arguments[result]
    if key.bias {
      arguments.append(
        Program.Argument(
          id: key.pass == .weight ? DNNL_ARG_DIFF_BIAS : DNNL_ARG_BIAS,
          descriptor: try dnnl_memory_desc_t([Int64(key.shape.outChannels)], tag: dnnl_a),
          place: .operand(2)))
    }
    try program.append(primitive.description, arguments)
    if case .workspace = produced.place {
      try program.appendReorder(
        from: produced.descriptor, at: produced.place, to: sides[result].given,
        at: .operand(operands[result]))
    }
    return program
  }
}
