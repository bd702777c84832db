import CKernels

/// Elementwise functions of two tensors. The cases are the lines of elementwise.def.
typealias Binary = mk_binary_op

extension mk_binary_op: Primitive {
  static var kind: PrimitiveKind { .binary }
  var name: String { table.name }
  var fusion: FusionClass { .elementwise }

  var table: ElementwiseTable { ElementwiseTable(mk_binary_operation(Int32(rawValue))) }

  static let allCases: [Binary] = (0...UInt8.max).prefix { mk_binary_operation(Int32($0)) != nil }
    .compactMap(Binary.init(rawValue:))

  /// Applies the function with broadcasting and type promotion.
  @inline(__always)
  func callAsFunction(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let a = x.buffer
    let b = y.buffer
    if a.dtype == .float32, b.dtype == .float32, a.isContiguous, b.isContiguous,
      a.device == b.device, takesFloats
    {
      if a.sizes == b.sizes || b.rank == 0 {
        let out = try Buffer(like: a, givesBool ? .bool : .float32)
        try out.backend.binary(self, out, a, b)
        return try record(out, x, y)
      }
      if a.rank == 0 {
        let out = try Buffer(like: b, givesBool ? .bool : .float32)
        try out.backend.binary(self, out, a, b)
        return try record(out, x, y)
      }
    }
    return try general(x, y)
  }

  /// Applies the function to a tensor and a number, which only brings its kind to type promotion.
  func callAsFunction(_ x: Tensor, _ y: Scalar) throws -> Tensor {
    if let out = try unrecorded(x, y, numberFirst: false) { return Tensor(out) }
    return try self(x, Tensor(y, dtype: promoted(x, y), device: x.target))
  }

  func callAsFunction(_ x: Scalar, _ y: Tensor) throws -> Tensor {
    if let out = try unrecorded(y, x, numberFirst: true) { return Tensor(out) }
    return try self(Tensor(x, dtype: promoted(y, x), device: y.target), y)
  }

  /// The result for a number that needs no tensor of its own, as nothing is recorded.
  @inline(__always)
  private func unrecorded(_ x: Tensor, _ number: Scalar, numberFirst: Bool) throws -> Buffer? {
    let mode = Mode.current
    guard x.buffer.dtype == .float32, takesFloats, x.buffer.isDense,
      x.history == nil || mode.contains(.noGrad), !mode.contains(.anomaly)
    else { return nil }
    let out = try Buffer(like: x.buffer, givesBool ? .bool : .float32)
    try out.backend.binary(self, out, x.buffer, number: number.double, first: numberFirst)
    return out
  }

  private func promoted(_ x: Tensor, _ scalar: Scalar) -> DType {
    if x.dtype.category >= scalar.category { return x.dtype }
    return scalar.defaultDType
  }

  private var takesFloats: Bool {
    switch self {
    case .bitwise_and, .bitwise_or, .bitwise_xor, .shift_left, .shift_right, .gcd, .lcm: false
    default: true
    }
  }

  private var givesBool: Bool {
    switch self {
    case .eq, .ne, .lt, .le, .gt, .ge, .logical_and, .logical_or, .logical_xor: true
    default: false
    }
  }

  @inline(never)
  private func general(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let table = table
    let (a, b) = try aligned(x, y, name)
    let device = try a.target
    guard let sizes = Dims.broadcast(x.sizes, y.sizes) else {
      throw TensorError.broadcast(name, x.sizes, y.sizes)
    }
    var dtype = x.dtype == y.dtype ? x.dtype : Promotion(x, y).result
    if self != .div, table.domain == .floats, !dtype.isFloatingPoint {
      // Computed wider, integers give the float32 number that is nearest to the exact result.
      return try self(x.to(.float64), y.to(.float64)).to(.float32)
    }
    dtype = table.computed(dtype)
    if self == .pow, dtype.isHalfPrecision, Mode.isAutocasting { dtype = .float32 }
    try table.check(dtype)
    // Inputs without dimensions are stretched by the record itself.
    let x = try a.rank == 0 ? a.to(dtype) : a.to(dtype).broadcastIfTracked(to: sizes)
    let y = try b.rank == 0 ? b.to(dtype) : b.to(dtype).broadcastIfTracked(to: sizes)
    let out = try Buffer(
      sizes, layoutOf: [x.buffer, y.buffer], table.givesBool ? .bool : dtype, device)
    try out.backend.binary(self, out, x.buffer, y.buffer)
    return try record(out, x, y)
  }
}

extension TensorError {
  static func broadcast(_ operation: String, _ a: Dims, _ b: Dims) -> TensorError {
    let rank = max(a.rank, b.rank)
    for i in (0..<rank).reversed() {
      let x = i - rank + a.rank >= 0 ? a[i - rank + a.rank] : 1
      let y = i - rank + b.rank >= 0 ? b[i - rank + b.rank] : 1
      if x != y, x != 1, y != 1 {
        return .shape(
          operation: operation, shapes: [a.array, b.array],
          reason: "shapes do not broadcast (\(x) and \(y) at dimension \(i - rank))")
      }
    }
    return .shape(operation: operation, shapes: [a.array, b.array], reason: "do not broadcast")
  }
}

extension Tensor {
  /// Stretched to `sizes` as a recorded view if this tensor needs gradients: so that derivatives of
  /// elementwise primitives meet equal shapes, and the sum over what was stretched is the
  /// derivative of `expanded` alone.
  func broadcastIfTracked(to sizes: Dims) throws -> Tensor {
    if history == nil || self.sizes == sizes || !Mode.isRecording { return self }
    return try View.expand(self, to: sizes)
  }
}
