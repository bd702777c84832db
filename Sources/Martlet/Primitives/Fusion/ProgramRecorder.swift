import CKernels

/// Writes down the elementwise operations that a function asks for: tensors on the null device have
/// shapes and dtypes, and their buffers stand for values.
final class ProgramRecorder {
  private struct Step: Hashable {
    let kind: mk_step_kind
    let op: UInt8
    let dtype: DType
    let result: DType
    let inputs: [Value]
  }

  private enum Value: Hashable {
    case input(Int)
    case constant(Int)
    case step(Int)
  }

  private var steps: [Step] = []
  private var known: [Step: Int] = [:]
  private var constants: [Buffer] = []
  private var values: [ObjectIdentifier: Value] = [:]
  /// Buffers that stand for values live as long as the recorder: no other one takes their place.
  private var kept: [Buffer] = []

  /// That of the calling thread.
  static var current: ProgramRecorder? {
    guard let address = mk_recorder() else { return nil }
    return Unmanaged<ProgramRecorder>.fromOpaque(address).takeUnretainedValue()
  }

  /// What a function of tensors does, given the sizes and dtypes of its inputs; nil unless it is
  /// elementwise throughout, and its result has these sizes.
  static func program(
    of inputs: [(sizes: Dims, dtype: DType)], sizes: Dims, _ body: ([Tensor]) throws -> Tensor
  ) throws -> ElementwiseProgram? {
    let recorder = ProgramRecorder()
    let symbols = try inputs.map { try Tensor(Buffer($0.sizes, $0.dtype, .null)) }
    for (i, symbol) in symbols.enumerated() { recorder.define(symbol.buffer, .input(i)) }
    let outer = mk_recorder()
    mk_set_recorder(Unmanaged.passUnretained(recorder).toOpaque())
    defer { mk_set_recorder(outer) }
    let result = try withExtendedLifetime(recorder) {
      try Mode.with(.unrecorded) { try body(symbols) }
    }
    return result.sizes == sizes ? recorder.program(symbols.count, result.buffer) : nil
  }

  // MARK: What the null backend is asked for

  func add(_ kind: mk_step_kind, _ op: UInt8, _ dtype: DType, _ out: Buffer, _ inputs: Buffer...) {
    let found = inputs.compactMap(value)
    guard found.count == inputs.count else { return }
    add(Step(kind: kind, op: op, dtype: dtype, result: out.dtype, inputs: found), out)
  }

  func add(_ op: Binary, _ out: Buffer, _ x: Buffer, number: Double, first: Bool) throws {
    guard let found = value(x) else { return }
    let number = try constant(.float(number), x.dtype)
    add(
      Step(
        kind: .binary, op: op.rawValue, dtype: x.dtype, result: out.dtype,
        inputs: first ? [number, found] : [found, number]), out)
  }

  func copy(_ out: Buffer, _ x: Buffer) {
    guard let found = value(x) else { return }
    if out.dtype == x.dtype {
      define(out, found)
    } else {
      add(Step(kind: .cast, op: 0, dtype: x.dtype, result: out.dtype, inputs: [found]), out)
    }
  }

  func fill(_ out: Buffer, _ value: Scalar) throws {
    define(out, try constant(value, out.dtype))
  }

  // MARK: Values

  private func define(_ buffer: Buffer, _ value: Value) {
    values[ObjectIdentifier(buffer)] = value
    kept.append(buffer)
  }

  private func add(_ step: Step, _ out: Buffer) {
    let number = known[step] ?? steps.count
    if number == steps.count {
      steps.append(step)
      known[step] = number
    }
    define(out, .step(number))
  }

  private func constant(_ value: Scalar, _ dtype: DType) throws -> Value {
    let buffer = try Tensor(value, dtype: dtype, device: .cpu).buffer
    let same = constants.firstIndex {
      $0.dtype == dtype && $0.bytes.elementsEqual(buffer.bytes)
    }
    if same == nil { constants.append(buffer) }
    return .constant(same ?? constants.count - 1)
  }

  /// What a buffer stands for: of views only those count that repeat elements as broadcasting does.
  private func value(_ buffer: Buffer) -> Value? {
    guard let base = buffer.owner as? Buffer else { return values[ObjectIdentifier(buffer)] }
    guard base.rank <= buffer.rank, Dims.broadcast(base.sizes, buffer.sizes) == buffer.sizes,
      buffer.hasStrides(base.strides.broadcast(from: base.sizes, to: buffer.sizes))
    else { return nil }
    return values[ObjectIdentifier(base)]
  }

  // MARK: The program

  /// The steps that a result needs.
  private func program(_ inputs: Int, _ result: Buffer) -> ElementwiseProgram? {
    guard case .step(let last)? = value(result) else { return nil }
    var needed = Array(repeating: false, count: steps.count)
    needed[last] = true
    for i in (0...last).reversed() where needed[i] {
      for case .step(let earlier) in steps[i].inputs { needed[earlier] = true }
    }
    var places: [Int: Int] = [:]
    var program = ElementwiseProgram(constants: constants, steps: [])
    for i in 0...last where needed[i] {
      places[i] = inputs + constants.count + program.steps.count
      var step = mk_program_step()
      step.kind = steps[i].kind
      step.op = steps[i].op
      step.dtype = steps[i].dtype.kernel
      step.result = steps[i].result.kernel
      withUnsafeMutableBytes(of: &step.in) { bytes in
        let numbers = bytes.bindMemory(to: Int32.self)
        for (k, value) in steps[i].inputs.enumerated() {
          let number =
            switch value {
            case .input(let input): input
            case .constant(let constant): inputs + constant
            case .step(let earlier): places[earlier] ?? 0
            }
          numbers[k] = Int32(truncatingIfNeeded: number)
        }
      }
      program.steps.append(step)
    }
    program.dtype = result.dtype
    guard program.steps.count <= MK_PROGRAM_STEPS,
      inputs + constants.count <= MK_PROGRAM_INPUTS
    else { return nil }
    return program
  }
}

/// Elementwise operations in order, the last one of which gives the result.
struct ElementwiseProgram {
  /// Numbers that follow the inputs.
  var constants: [Buffer]
  var steps: [mk_program_step]
  var dtype = DType.float32
}

extension Buffer {
  fileprivate var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: data, count: byteCount)
  }
}
