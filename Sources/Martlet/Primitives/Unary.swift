import CKernels

/// Elementwise functions of one tensor. The cases are the lines of elementwise.def.
typealias Unary = mk_unary_op

extension mk_unary_op: Primitive {
  static var kind: PrimitiveKind { .unary }
  var name: String { table.name }
  var fusion: FusionClass { .elementwise }

  var table: ElementwiseTable { ElementwiseTable(mk_unary_operation(Int32(rawValue))) }

  static let allCases: [Unary] = (0...UInt8.max).prefix { mk_unary_operation(Int32($0)) != nil }
    .compactMap(Unary.init(rawValue:))

  /// Applies the function. Of integers a function that gives fractions is float32, computed in
  /// float64 and rounded once.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let table = table
    if x.isHalfPrecision, Mode.isAutocasting, runsInFloat32 { return try self(x.to(.float32)) }
    if x.dtype != .float32, table.domain == .floats, !x.dtype.isFloatingPoint {
      let wide = try self(x.to(.float64))
      return table.givesBool ? wide : try wide.to(.float32)
    }
    try table.check(x.dtype)
    let out = try Buffer(like: x.buffer, table.givesBool ? .bool : x.dtype)
    try out.backend.unary(self, out, x.buffer)
    return try record(out, x)
  }

  /// Whether autocast computes it in float32: its results grow or shrink too fast.
  private var runsInFloat32: Bool {
    switch self {
    case .acos, .asin, .cosh, .erfinv, .exp, .expm1, .log, .log10, .log2, .log1p, .reciprocal,
      .rsqrt, .sinh, .tan:
      true
    default: false
    }
  }

  func saves(_ needs: Needs) -> Saves {
    switch self {
    case .neg, .sign, .floor, .ceil, .round, .trunc, .exponent: []
    case .relu, .reciprocal, .sqrt, .rsqrt, .exp, .exp2, .expm1, .tan, .tanh, .erfinv, .ndtri,
      .sigmoid:
      .output
    case .abs, .square, .log, .log2, .log10, .log1p, .sin, .cos, .asin, .acos, .atan, .sinh,
      .cosh, .asinh, .acosh, .atanh, .erf, .erfc, .lgamma, .digamma, .silu, .gelu, .gelu_tanh,
      .ndtr, .entr, .i0, .bessel_j0, .bessel_y0:
      .x
    case .erfcx, .i0e, .i1, .i1e, .k0e, .k1e, .bessel_j1, .bessel_y1: [.x, .output]
    case .airy_ai, .bitwise_not, .logical_not, .is_nan, .is_inf, .is_finite, .signbit: []
    }
  }

  func backward(_ g: Tensor, _ record: Recorded<Unary>) throws {
    try record.sendX(derivative(g, record))
  }

  /// g times the derivative, at x with the result y.
  private func derivative(_ g: Tensor, _ record: Recorded<Unary>) throws -> Tensor {
    switch self {
    case .neg: return try -g
    case .abs: return try g * record.x.sign()
    case .square: return try g * (record.x * 2)
    case .relu: return try Binary.relu_grad(g, record.output)
    case .reciprocal: return try -g * record.output.square()
    case .sqrt: return try g / (record.output * 2)
    case .rsqrt:
      let y = try record.output
      return try g * (y.square() * y) * -0.5
    case .exp: return try g * record.output
    case .exp2: return try g * record.output * Constants.ln2
    case .expm1: return try g * (record.output + 1)
    case .log: return try g / record.x
    case .log2: return try g / (record.x * Constants.ln2)
    case .log10: return try g / (record.x * Constants.ln10)
    case .log1p: return try g / (record.x + 1)
    case .sin: return try g * record.x.cos()
    case .cos: return try -g * record.x.sin()
    case .tan: return try g * (record.output.square() + 1)
    case .asin: return try g * (1 - record.x.square()).rsqrt()
    case .acos: return try -g * (1 - record.x.square()).rsqrt()
    case .atan: return try g / (record.x.square() + 1)
    case .sinh: return try g * record.x.cosh()
    case .cosh: return try g * record.x.sinh()
    case .tanh: return try Binary.tanh_grad(g, record.output)
    case .asinh: return try g * (record.x.square() + 1).rsqrt()
    case .acosh:
      // Factored, as x^2 - 1 would cancel near 1 and overflow for large x.
      let x = try record.x
      return try g * ((x - 1).rsqrt() * (x + 1).rsqrt())
    case .atanh: return try g / (1 - record.x.square())
    case .erf: return try g * ((-record.x.square()).exp() * Constants.twoOverSqrtPi)
    case .erfc: return try g * ((-record.x.square()).exp() * -Constants.twoOverSqrtPi)
    case .erfinv: return try g * (record.output.square().exp() / Constants.twoOverSqrtPi)
    case .lgamma: return try g * record.x.digamma()
    case .sigmoid: return try Binary.sigmoid_grad(g, record.output)
    case .silu: return try Binary.silu_grad(g, record.x)
    case .gelu: return try Binary.gelu_grad(g, record.x)
    case .gelu_tanh: return try Binary.gelu_tanh_grad(g, record.x)
    case .sign, .floor, .ceil, .round, .trunc, .exponent: return try g.zerosLike()
    case .digamma: return try g * Binary.zeta(.int(2), record.x)
    case .ndtr, .ndtri, .erfcx, .entr: return try g * normalSlope(record)
    case .i0, .i0e, .i1, .i1e, .k0e, .k1e, .bessel_j0, .bessel_j1, .bessel_y0, .bessel_y1:
      return try g * besselSlope(record)
    case .airy_ai, .bitwise_not, .logical_not, .is_nan, .is_inf, .is_finite, .signbit:
      throw TensorError.autograd("\(name) has no derivative")
    }
  }
}

enum Constants {
  static let ln2 = 0.693147180559945309417
  static let ln10 = 2.302585092994045684018
  static let twoOverSqrtPi = 1.128379167095512573896
  static let oneOverSqrtTwoPi = 0.398942280401432677940
  static let sqrtTwoPi = 2.506628274631000502416
  static let sqrtHalf = 0.707106781186547524401
}

/// What elementwise.def says of an operation.
struct ElementwiseTable {
  private let row: mk_operation

  init(_ row: UnsafePointer<mk_operation>?) {
    // Every case of the enumerations is a line of the table.
    self.row = row.unsafelyUnwrapped.pointee
  }

  var name: String { String(cString: row.name) }
  var givesBool: Bool { row.gives_bool }
  var domain: mk_domain { row.domain }

  /// The dtype in which inputs of this one are computed.
  func computed(_ dtype: DType) -> DType { domain == .floats ? dtype.floatingPoint : dtype }

  @inline(__always)
  func check(_ dtype: DType) throws {
    switch domain {
    case .any: return
    case .floats: if dtype.isFloatingPoint { return }
    case .numbers: if dtype != .bool { return }
    case .integers: if !dtype.isFloatingPoint { return }
    }
    throw TensorError.dtype(
      operation: name, dtypes: [dtype],
      reason: domain == .integers
        ? "takes integers and bools" : domain == .numbers ? "takes numbers" : "takes floating point"
    )
  }
}
