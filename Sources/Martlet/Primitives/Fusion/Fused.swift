/// A composition of elementwise operations of large tensors as one: what they hand to each other
/// never reaches memory. Rounding is that of the operations one by one.
///
/// The function is called with tensors that have no elements, to see what it does; and with the
/// inputs themselves wherever this does not pay: on small tensors, on other devices and inside of
/// transforms. It depends on its arguments alone.
struct Fused: Primitive {
  typealias Body = @Sendable ([Tensor]) throws -> Tensor

  let name: String
  /// Whether the result is the sum of all elements.
  let sum: Bool
  private let inputs: Int
  private let least: Int
  private let body: Body

  static var kind: PrimitiveKind { .fused }
  var fusion: FusionClass { sum ? .reduction : .elementwise }

  /// Elements from which on writing down what to do takes less time than it saves.
  static let least = 1 << 15

  init(
    _ name: String, sum: Bool = false, inputs: Int = 1, least: Int = Fused.least,
    _ body: @escaping Body
  ) {
    self.name = name
    self.sum = sum
    self.inputs = inputs
    self.least = least
    self.body = body
  }

  func callAsFunction(_ inputs: Tensor...) throws -> Tensor { try self(inputs) }

  /// The inputs broadcast, and the function's result has the sizes of all together.
  func callAsFunction(_ inputs: [Tensor]) throws -> Tensor {
    let isTracked = Mode.isRecording && inputs.contains { $0.history != nil }
    if !isTracked || inputs.count <= 3, let out = try computed(inputs) {
      return isTracked
        ? try record(
          out, inputs[0], inputs.count > 1 ? inputs[1] : nil, inputs.count > 2 ? inputs[2] : nil)
        : Tensor(out)
    }
    let result = try body(inputs)
    return sum ? try result.sum() : result
  }

  /// The elements before they are summed.
  func each(_ inputs: [Tensor]) throws -> Tensor {
    try Fused(name, inputs: self.inputs, least: least, body)(inputs)
  }

  /// The result, unless it has to be computed one operation after the other.
  private func computed(_ inputs: [Tensor]) throws -> Buffer? {
    guard Mode.current.intersection([.anomaly, .autocast]).isEmpty,
      inputs.contains(where: { $0.count >= least }),
      inputs.allSatisfy({ $0.device == .cpu && $0.dtype.isFloatingPoint }),
      let sizes = Fused.broadcast(inputs), sizes.rank > 0, sizes.product > 0
    else { return nil }
    let full = inputs.filter { $0.rank > 0 }
    let model = full[0].buffer
    let alike = full.allSatisfy {
      $0.sizes == sizes && $0.buffer.isDense && $0.buffer.hasStrides(model.strides)
    }
    guard alike || Fused.hasRows(full, sizes) else { return nil }
    guard
      let program = try ProgramRecorder.program(
        of: inputs.map { ($0.sizes, $0.dtype) }, sizes: sizes, body),
      !sum || program.dtype == .float32 || program.dtype == .float64
    else { return nil }
    let out =
      sum
      ? try Buffer(Dims(), program.dtype)
      : alike ? try Buffer(like: model, program.dtype) : try Buffer(sizes, program.dtype)
    try CPUBackend().run(program, out, inputs.map(\.buffer), sizes, sum: sum)
    return out
  }

  /// Whether rows are long enough to be worked on one by one, and their elements adjacent.
  private static func hasRows(_ inputs: [Tensor], _ sizes: Dims) -> Bool {
    let last = sizes.rank - 1
    guard sizes[last] >= 64 else { return false }
    return inputs.allSatisfy {
      let step = $0.buffer.strides.broadcast(from: $0.sizes, to: sizes)[last]
      return step == 0 || step == 1
    }
  }

  private static func broadcast(_ inputs: [Tensor]) -> Dims? {
    var sizes: Dims? = Dims()
    for x in inputs { sizes = sizes.flatMap { Dims.broadcast($0, x.sizes) } }
    return sizes
  }

  func saves(_ needs: Needs) -> Saves { [.x, .y, .z] }

  func backward(_ g: Tensor, _ record: Recorded<Fused>) throws {
    var arguments = [try record.x]
    if inputs > 1 { arguments.append(try record.y) }
    if inputs > 2 { arguments.append(try record.z) }
    try record.sendX(slope(0, arguments, g))
    if inputs > 1 { try record.sendY(slope(1, arguments, g)) }
    if inputs > 2 { try record.sendZ(slope(2, arguments, g)) }
  }

  /// The gradient of an input, as one composition too.
  private func slope(_ i: Int, _ arguments: [Tensor], _ g: Tensor) throws -> Tensor {
    let sizes = arguments[i].sizes
    let total = sizes.rank == 0 && arguments.contains { $0.rank > 0 }
    let derivative = Fused(name, sum: total, inputs: inputs + 1, least: least) { [body] in
      try Fused.derivative(of: body, i, $0)
    }
    return try derivative(arguments + [g]).summed(to: sizes)
  }

  /// The derivative with respect to input `i`, stretched to all sizes: the last of `tensors` is the
  /// gradient of the result, which has none if that is a sum.
  private static func derivative(of body: Body, _ i: Int, _ tensors: [Tensor]) throws -> Tensor {
    guard let sizes = broadcast(tensors) else {
      throw TensorError.autograd("the inputs of a fused function do not broadcast")
    }
    let isNested = Mode.isRecording
    var variables = Array(tensors.dropLast())
    if !isNested { variables = variables.map { $0.detached() } }
    // A view, so that the record of a derivative goes on behind it.
    let wide = try View.expand(variables[i], to: sizes)
    variables[i] = wide.history == nil ? Tensor(wide.buffer, Variable()) : wide
    let result = try enableGrad { try body(variables) }
    guard let root = result.history, let target = variables[i].history else {
      return try wide.detached().zerosLike()
    }
    let gradient = try View.expand(tensors[tensors.count - 1], to: sizes)
    let slopes = try Engine.run(
      [(root, gradient)], targets: [target], boundary: [ObjectIdentifier(target)],
      createGraph: isNested, retainGraph: isNested)
    return try slopes[0] ?? wide.detached().zerosLike()
  }
}

extension Tensor {
  /// A composition of elementwise operations of this tensor, as one where it is large.
  func fused(_ name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor) throws -> Tensor
  {
    if count < Fused.least { return try body(self) }
    return try Fused(name) { try body($0[0]) }(self)
  }

  /// A composition of elementwise operations of two tensors, as one where they are large.
  func fused(
    _ name: String, with other: Tensor,
    _ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) throws -> Tensor {
    if count < Fused.least && other.count < Fused.least { return try body(self, other) }
    return try Fused(name, inputs: 2) { try body($0[0], $0[1]) }(self, other)
  }
}
