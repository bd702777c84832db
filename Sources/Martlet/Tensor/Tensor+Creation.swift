import CKernels

// Functions that create tensors do not throw: they can stand where Swift allows no `try`, as in the
// default values of stored properties. What cannot be created (a negative size, too large a memory)
// gives a tensor whose first use throws why.
extension Tensor {
  /// One element without dimensions.
  init(_ value: Scalar, dtype: DType, device: Device) throws {
    if device.isOfExamples, let space = try ExampleSpace.of(device) {
      let one = try Tensor(value, dtype: dtype, device: space.base)
      self.init(try one.buffer.repeated(over: space))
      return
    }
    let buffer = try Buffer(Dims(), dtype, device)
    if device.hasElements {
      switch dtype {
      case .float32: buffer.data.storeBytes(of: Float(value.double), as: Float.self)
      case .float64: buffer.data.storeBytes(of: value.double, as: Double.self)
      case .int64: buffer.data.storeBytes(of: Int64(value.integer), as: Int64.self)
      default:
        // The kernels convert: integers keep all their bits, and wrap where they do not fit.
        let wide: Tensor =
          switch value {
          case .float: try Tensor(value, dtype: .float64, device: device)
          default: try Tensor(value, dtype: .int64, device: device)
          }
        try buffer.backend.copy(buffer, wide.buffer)
      }
    } else {
      try ProgramRecorder.current?.fill(buffer, value)
    }
    self.init(buffer)
  }

  static func zeros(_ sizes: Dims, _ dtype: DType, _ device: Device) throws -> Tensor {
    try filled(sizes, .int(0), dtype, device)
  }

  static func filled(_ sizes: Dims, _ value: Scalar, _ dtype: DType, _ device: Device) throws
    -> Tensor
  {
    let buffer = try Buffer(sizes, dtype, device)
    try buffer.backend.fill(buffer, value)
    return Tensor(buffer)
  }

  /// A tensor of `shape` with every element 0.
  ///
  ///     let x = Tensor.zeros([2, 3])
  public static func zeros(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    full(shape, 0, dtype: dtype, device: device, requiresGrad: requiresGrad)
  }

  /// A tensor of `shape` with every element 1.
  ///
  ///     let x = Tensor.ones([2, 3], dtype: .float64)
  public static func ones(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    full(shape, 1, dtype: dtype, device: device, requiresGrad: requiresGrad)
  }

  /// A tensor of `shape` with every element `value`.
  ///
  ///     let x = Tensor.full([2, 3], 0.5)
  ///
  /// - Parameters:
  ///   - shape: The sizes.
  ///   - value: What every element is.
  ///   - dtype: By default that of the value's kind: float32, int64 or bool.
  ///   - device: Where the elements are made.
  ///   - requiresGrad: Whether the result is a variable.
  public static func full(
    _ shape: [Int], _ value: some ScalarConvertible, dtype: DType? = nil, device: Device = .cpu,
    requiresGrad: Bool = false
  ) -> Tensor {
    let scalar = value.scalar
    return creating(requiresGrad: requiresGrad) {
      try filled(checkedSizes(shape, "full"), scalar, dtype ?? scalar.defaultDType, device)
    }
  }

  /// A tensor of `shape` whose elements are whatever was in memory.
  ///
  ///     let x = Tensor.empty([2, 3])
  public static func empty(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      try Tensor(Buffer(checkedSizes(shape, "empty"), dtype, device))
    }
  }

  /// Zeros of the same shape, device and, by default, dtype.
  ///
  ///     let total = try x.zerosLike(dtype: .float64)
  public func zerosLike(dtype: DType? = nil) throws -> Tensor {
    try fullLike(0, dtype: dtype)
  }

  /// Ones of the same shape, device and, by default, dtype.
  ///
  ///     let weights = try x.onesLike()
  public func onesLike(dtype: DType? = nil) throws -> Tensor {
    try fullLike(1, dtype: dtype)
  }

  /// A tensor of the same shape, device and, by default, dtype, with every element `value`.
  ///
  ///     let mask = try x.fullLike(false, dtype: .bool)
  public func fullLike(_ value: some ScalarConvertible, dtype: DType? = nil) throws -> Tensor {
    let out = try Buffer(like: buffer, dtype ?? self.dtype)
    try out.backend.fill(out, value.scalar)
    return Tensor(out)
  }

  /// The numbers from `start` on, `step` apart, up to but without `end`: `[ceil((end - start) /
  /// step)]`.
  ///
  ///     try Tensor.arange(1, 2, step: 0.25)  // [1, 1.25, 1.5, 1.75]
  ///
  /// - Parameters:
  ///   - start: The first number.
  ///   - end: Where the numbers stop.
  ///   - step: The distance of neighbours; may be negative.
  ///   - dtype: By default int64 if all three are integers, else float32.
  ///   - device: Where the elements are made.
  ///   - requiresGrad: Whether the result is a variable.
  ///
  /// A step that is 0 or leads away from the end, or a bound that is not finite, is an error at the
  /// first use of the result.
  public static func arange(
    _ start: some ScalarConvertible, _ end: some ScalarConvertible,
    step: some ScalarConvertible = 1, dtype: DType? = nil, device: Device = .cpu,
    requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      try range(start.scalar, end.scalar, step.scalar, dtype, device)
    }
  }

  private static func range(
    _ start: Scalar, _ end: Scalar, _ step: Scalar, _ dtype: DType?, _ device: Device
  ) throws -> Tensor {
    func refuse(_ reason: String) -> TensorError {
      .argument(operation: "arange", reason: reason)
    }
    guard start.double.isFinite, end.double.isFinite, step.double.isFinite else {
      throw refuse(
        "bounds and step must be finite, not \(start.double), \(end.double), \(step.double)")
    }
    guard !step.isZero else { throw refuse("the step must not be 0") }
    guard start.double == end.double || (start.double < end.double) == (step.double > 0) else {
      throw refuse("a step of \(step.double) leads from \(start.double) away from \(end.double)")
    }
    let fractional = [start, end, step].contains { $0.category == .floating }
    let dtype = dtype ?? (fractional ? .float32 : .int64)
    let length: Int
    if fractional {
      let quotient = ((end.double - start.double) / step.double).rounded(.up)
      guard quotient < 0x1p59 else { throw refuse("\(quotient) elements are too many") }
      length = Int(quotient)
    } else {
      // Not as doubles, which cannot tell neighbours beyond 2^53 apart; and without a sign, as the
      // distance can be all of 64 bits.
      let (low, high) = (
        Swift.min(start.integer, end.integer), Swift.max(start.integer, end.integer)
      )
      let distance = UInt(bitPattern: high &- low)
      let stride = step.integer.magnitude
      let quotient = distance / stride + (distance % stride == 0 ? 0 : 1)
      guard quotient < 1 << 59 else { throw refuse("\(quotient) elements are too many") }
      length = Int(quotient)
    }
    let sizes = Dims(repeating: length, rank: 1)
    if let space = try ExampleSpace.of(device) {
      let numbers = try range(start, end, step, dtype, space.base)
      return Tensor(try numbers.buffer.repeated(over: space))
    }
    let out = try Buffer(sizes, dtype, device)
    if device.hasElements {
      try CPUBackend().check(
        fractional
          ? mk_progression(
            dtype.kernel, Int64(length), start.double, 0, step.double, Int64(length), out.data)
          : mk_integer_progression(
            dtype.kernel, Int64(length), Int64(start.integer), Int64(step.integer), out.data),
        "arange", dtype)
    }
    return Tensor(out)
  }

  /// The numbers 0, 1, ... up to but without `end`; int64 for an integer, else float32.
  ///
  ///     try Tensor.arange(4)  // [0, 1, 2, 3]
  public static func arange(
    _ end: some ScalarConvertible, dtype: DType? = nil, device: Device = .cpu,
    requiresGrad: Bool = false
  ) -> Tensor {
    arange(0, end, dtype: dtype, device: device, requiresGrad: requiresGrad)
  }

  /// `count` numbers evenly spaced from `start` to `end`, both included: `[count]`.
  ///
  ///     try Tensor.linspace(0, 1, 5)  // [0, 0.25, 0.5, 0.75, 1]
  public static func linspace(
    _ start: Double, _ end: Double, _ count: Int, dtype: DType = .float32, device: Device = .cpu,
    requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) { try spaced(start, end, count, dtype, device) }
  }

  /// `count` numbers evenly spaced from `start` to `end`, which are tensors without dimensions,
  /// both included: `[count]`.
  ///
  ///     let x = try Tensor.linspace(data.min(), data.max(), 50)
  public static func linspace(
    _ start: Tensor, _ end: Tensor, _ count: Int, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    creating(requiresGrad: false) {
      try spaced(
        start.bound("linspace"), end.bound("linspace"), count, dtype, device)
    }
  }

  /// `count` powers of `base` whose exponents are evenly spaced from `start` to `end`, both
  /// included: `[count]`.
  ///
  ///     let rates = Tensor.logspace(-4, -1, 10)
  public static func logspace(
    _ start: Double, _ end: Double, _ count: Int, base: Double = 10, dtype: DType = .float32,
    device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      let exponents = try spaced(start, end, count, .float64, device)
      return try Tensor(.float(base), dtype: .float64, device: device).pow(exponents).to(dtype)
    }
  }

  /// `logspace` between exponents that are tensors without dimensions.
  ///
  ///     let rates = try Tensor.logspace(Tensor(-4.0), Tensor(-1.0), 10)
  public static func logspace(
    _ start: Tensor, _ end: Tensor, _ count: Int, base: Double = 10, dtype: DType = .float32,
    device: Device = .cpu
  ) -> Tensor {
    creating(requiresGrad: false) {
      try logspace(
        start.bound("logspace"), end.bound("logspace"), count, base: base, dtype: dtype,
        device: device)
    }
  }

  /// The number that stands for a bound.
  private func bound(_ operation: String) throws -> Double {
    guard rank == 0 else {
      throw TensorError.rank(operation: operation, rank: rank, expected: "0 for a bound")
    }
    guard history == nil || !Mode.isRecording else {
      throw TensorError.autograd("\(operation): no gradient reaches a bound; detach it")
    }
    return try item()
  }

  private static func spaced(
    _ start: Double, _ end: Double, _ count: Int, _ dtype: DType, _ device: Device
  ) throws -> Tensor {
    if let space = try ExampleSpace.of(device) {
      let numbers = try spaced(start, end, count, dtype, space.base)
      return Tensor(try numbers.buffer.repeated(over: space))
    }
    let out = try Buffer(checkedSizes([count], "linspace"), dtype, device)
    if device.hasElements {
      let step = count > 1 ? (end - start) / Double(count - 1) : 0
      // Counted from both ends, so that both are exact.
      let half = count == 1 ? 1 : count / 2
      try CPUBackend().check(
        mk_progression(dtype.kernel, Int64(count), start, end, step, Int64(half), out.data),
        "linspace", dtype)
    }
    return Tensor(out)
  }

  /// Ones on the diagonal of a matrix of `rows` by `columns`, zeros elsewhere.
  ///
  ///     try Tensor.eye(2, 3)  // [[1, 0, 0], [0, 1, 0]]
  public static func eye(
    _ rows: Int, _ columns: Int? = nil, dtype: DType = .float32, device: Device = .cpu,
    requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      let out = try Tensor(Buffer(checkedSizes([rows, columns ?? rows], "eye"), dtype, device))
      try out.buffer.backend.fill(out.buffer, .int(0))
      let diagonal = try View.diagonal(out, offset: 0, 0, 1)
      try out.buffer.backend.fill(diagonal.buffer, .int(1))
      return out
    }
  }
}
