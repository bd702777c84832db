import Martlet

extension OperationTable {
  /// Operations on one tensor, element by element.
  mutating func addUnary() {
    unary("abs") { try $0.abs() }
    unary("neg") { try -$0 }
    unary("sign") { try $0.sign() }
    unary("square") { try $0.square() }
    unary("reciprocal") { try $0.reciprocal() }
    unary("sqrt") { try $0.sqrt() }
    unary("rsqrt") { try $0.rsqrt() }
    unary("exp") { try $0.exp() }
    unary("exp2") { try $0.exp2() }
    unary("expm1") { try $0.expm1() }
    unary("log") { try $0.log() }
    unary("log2") { try $0.log2() }
    unary("log10") { try $0.log10() }
    unary("log1p") { try $0.log1p() }
    unary("sin") { try $0.sin() }
    unary("cos") { try $0.cos() }
    unary("tan") { try $0.tan() }
    unary("asin") { try $0.asin() }
    unary("acos") { try $0.acos() }
    unary("atan") { try $0.atan() }
    unary("sinh") { try $0.sinh() }
    unary("cosh") { try $0.cosh() }
    unary("tanh") { try $0.tanh() }
    unary("asinh") { try $0.asinh() }
    unary("acosh") { try $0.acosh() }
    unary("atanh") { try $0.atanh() }
    unary("erf") { try $0.erf() }
    unary("erfc") { try $0.erfc() }
    unary("erfinv") { try $0.erfinv() }
    unary("lgamma") { try $0.lgamma() }
    unary("digamma") { try $0.digamma() }
    add("polygamma") { try $0.tensor(1).polygamma($0.int(0, "n")) }
    unary("sigmoid") { try $0.sigmoid() }
    unary("floor") { try $0.floor() }
    unary("ceil") { try $0.ceil() }
    unary("trunc") { try $0.trunc() }
    unary("frac") { try $0.frac() }
    add("round") { arguments in
      try arguments.tensor(0).round(decimals: arguments.int(nil, "decimals", default: 0))
    }
    unary("bitwise_not") { try $0.bitwiseNot() }
    unary("logical_not") { try $0.logicalNot() }
    unary("isnan") { try $0.isNaN() }
    unary("isinf") { try $0.isInf() }
    unary("isfinite") { try $0.isFinite() }
    unary("signbit") { try $0.signbit() }
    add("fill") { arguments in
      var result = try arguments.tensor(0).clone()
      try result.fill(arguments.scalar(1, "value"))
      return result
    }
    add("zero_") { arguments in
      let argument = try arguments.required(0, "self")
      var result = try argument.tensor()
      try result.fill(0)
      arguments.mutate(argument, result)
      return result
    }
    add("clone") { try $0.laidOut($0.tensor(0).clone()) }
    add("contiguous") { arguments in
      let x = try arguments.tensor(0)
      let isGiven = arguments["memory_format"].map { !$0.isWithoutEffect } ?? false
      return try isGiven ? arguments.laidOut(x) : x.contiguous()
    }
  }

  /// Arithmetic on two operands.
  mutating func addArithmetic() {
    binary("mul") {
      try $0 * $1
    } scalar: {
      try $0 * $1
    } scalarFirst: {
      try $0 * $1
    }
    binary("true_divide") {
      try $0 / $1
    } scalar: {
      try $0 / $1
    } scalarFirst: {
      try $0 / $1
    }
    binary("remainder") {
      try $0 % $1
    } scalar: {
      try $0 % $1
    } scalarFirst: {
      try $0 % $1
    }
    binary("fmod") {
      try $0.fmod($1)
    } scalar: {
      try $0.fmod($1)
    }
    binary("floor_divide") {
      try $0.div($1, rounding: .floor)
    } scalar: {
      try $0.div($1, rounding: .floor)
    } scalarFirst: {
      try Tensor.full([], $0).div($1, rounding: .floor)
    }
    binary("pow") {
      try $0.pow($1)
    } scalar: {
      try $0.pow($1)
    } scalarFirst: {
      try Tensor.full([], $0).pow($1)
    }
    reflected("__radd__") {
      try $0 + $1
    } scalarFirst: {
      try $0 + $1
    }
    reflected("__rsub__") {
      try $0 - $1
    } scalarFirst: {
      try $0 - $1
    }
    reflected("__rmul__") {
      try $0 * $1
    } scalarFirst: {
      try $0 * $1
    }
    reflected("__rmod__") {
      try $0 % $1
    } scalarFirst: {
      try $0 % $1
    }
    reflected("__rpow__") {
      try $0.pow($1)
    } scalarFirst: {
      try Tensor.full([], $0).pow($1)
    }
    add("__rdiv__") { arguments in
      let other = try arguments.required(1, "other")
      let x = try arguments.tensor(0)
      // Python's operator multiplies by the reciprocal, which rounds twice.
      let reciprocal = try x.reciprocal()
      return try other.isTensor ? other.tensor() * reciprocal : other.scalar() * reciprocal
    }
    add("add") { try sum($0) }
    add("sub") { try difference($0) }
    add("rsub") { try reflectedDifference($0) }
    add("div") { try quotient($0) }
    add("addcmul") {
      try $0.tensor(0).addcmul(
        $0.tensor(1, "tensor1"), $0.tensor(2, "tensor2"), value: $0.double(nil, "value", default: 1)
      )
    }
    add("addcdiv") {
      try $0.tensor(0).addcdiv(
        $0.tensor(1, "tensor1"), $0.tensor(2, "tensor2"), value: $0.double(nil, "value", default: 1)
      )
    }
    add("lerp") { arguments in
      let weight = try arguments.required(2, "weight")
      let (x, end) = try (arguments.tensor(0), arguments.tensor(1, "end"))
      return weight.isTensor
        ? try x.lerp(end, weight.tensor()) : try x.lerp(end, weight.double())
    }
    add("clamp") { try clamp($0) }
    binary("clamp_min") {
      try $0.clamp(min: $1)
    } scalar: {
      try $0.clamp(min: $1)
    }
    binary("clamp_max") {
      try $0.clamp(max: $1)
    } scalar: {
      try $0.clamp(max: $1)
    }
  }

  /// Other functions of two tensors.
  mutating func addBinary() {
    binary("maximum") { try $0.maximum($1) }
    binary("minimum") { try $0.minimum($1) }
    binary("fmax") { try $0.fmax($1) }
    binary("fmin") { try $0.fmin($1) }
    binary("atan2") { try $0.atan2($1) }
    binary("hypot") { try $0.hypot($1) }
    binary("copysign") {
      try $0.copysign($1)
    } scalar: {
      try $0.copysign(Tensor.full([], $1))
    }
    binary("logaddexp") { try $0.logaddexp($1) }
    lifted("xlogy") { try $0.xlogy($1) }
    lifted("special.zeta") { try $0.zeta($1) }
    binary("heaviside") { try $0.heaviside($1) }
    binary("gcd") { try $0.gcd($1) }
    binary("lcm") { try $0.lcm($1) }
    lifted("bitwise_and") { try $0.bitwiseAnd($1) }
    lifted("bitwise_or") { try $0.bitwiseOr($1) }
    lifted("bitwise_xor") { try $0.bitwiseXor($1) }
    lifted("bitwise_left_shift") { try $0.bitwiseLeftShift($1) }
    lifted("bitwise_right_shift") { try $0.bitwiseRightShift($1) }
    lifted("__rand__") { try $1.bitwiseAnd($0) }
    lifted("__ror__") { try $1.bitwiseOr($0) }
    lifted("__rxor__") { try $1.bitwiseXor($0) }
    binary("logical_and") { try $0.logicalAnd($1) }
    binary("logical_or") { try $0.logicalOr($1) }
    binary("logical_xor") { try $0.logicalXor($1) }
    binary("eq") {
      try $0 .== $1
    } scalar: {
      try $0 .== $1
    }
    binary("ne") {
      try $0 .!= $1
    } scalar: {
      try $0 .!= $1
    }
    binary("lt") {
      try $0 .< $1
    } scalar: {
      try $0 .< $1
    }
    binary("le") {
      try $0 .<= $1
    } scalar: {
      try $0 .<= $1
    }
    binary("gt") {
      try $0 .> $1
    } scalar: {
      try $0 .> $1
    }
    binary("ge") {
      try $0 .>= $1
    } scalar: {
      try $0 .>= $1
    }
    add("equal") { try $0.tensor(0) == $0.tensor(1, "other") }
    add("isclose") {
      try $0.tensor(0).isClose(
        $0.tensor(1, "other"), rtol: $0.double(2, "rtol", default: 1e-5),
        atol: $0.double(3, "atol", default: 1e-8), equalNaN: $0.bool(4, "equal_nan"))
    }
    add("allclose") {
      try $0.tensor(0).allClose(
        $0.tensor(1, "other"), rtol: $0.double(2, "rtol", default: 1e-5),
        atol: $0.double(3, "atol", default: 1e-8), equalNaN: $0.bool(4, "equal_nan"))
    }
    add("where") { try choice($0) }
  }
}

/// The factor of the second operand in `torch.add` and `torch.sub`; nil if it is not given.
private func alpha(_ arguments: Arguments) throws -> Scalar? {
  try arguments[nil, "alpha"]?.scalar()
}

private func sum(_ arguments: Arguments) throws -> Tensor {
  let a = try arguments.required(0, "input")
  let b = try arguments.required(1, "other")
  guard let alpha = try alpha(arguments) else {
    if !b.isTensor { return try a.tensor() + b.scalar() }
    return a.isTensor ? try a.tensor() + b.tensor() : try a.scalar() + b.tensor()
  }
  return try a.tensor() + b.tensor() * alpha
}

private func difference(_ arguments: Arguments) throws -> Tensor {
  let a = try arguments.required(0, "input")
  let b = try arguments.required(1, "other")
  guard let alpha = try alpha(arguments) else {
    if !b.isTensor { return try a.tensor() - b.scalar() }
    return a.isTensor ? try a.tensor() - b.tensor() : try a.scalar() - b.tensor()
  }
  return try a.tensor() - b.tensor() * alpha
}

private func reflectedDifference(_ arguments: Arguments) throws -> Tensor {
  let x = try arguments.tensor(0)
  let other = try arguments.required(1, "other")
  let scaled = try alpha(arguments).map { try x * $0 } ?? x
  return other.isTensor ? try other.tensor() - scaled : try other.scalar() - scaled
}

private func quotient(_ arguments: Arguments) throws -> Tensor {
  let a = try arguments.required(0, "input")
  let b = try arguments.required(1, "other")
  guard let mode = try arguments[nil, "rounding_mode"]?.string() else {
    if !b.isTensor { return try a.tensor() / b.scalar() }
    return a.isTensor ? try a.tensor() / b.tensor() : try a.scalar() / b.tensor()
  }
  guard let rounding = ["floor": Tensor.DivisionRounding.floor, "trunc": .trunc][mode] else {
    throw Unwritable("rounding_mode: \"\(mode)\"")
  }
  if !a.isTensor { return try Tensor.full([], a.scalar()).div(b.tensor(), rounding: rounding) }
  return b.isTensor
    ? try a.tensor().div(b.tensor(), rounding: rounding)
    : try a.tensor().div(b.scalar(), rounding: rounding)
}

private func clamp(_ arguments: Arguments) throws -> Tensor {
  let x = try arguments.tensor(0)
  let low = arguments[1, "min"]
  let high = arguments[2, "max"]
  if low?.isTensor ?? high?.isTensor ?? true {
    return try x.clamp(min: low?.tensor(), max: high?.tensor())
  }
  return try x.clamp(min: low?.scalar(), max: high?.scalar())
}

private func choice(_ arguments: Arguments) throws -> Tensor {
  let condition = try arguments.tensor(0, "condition")
  let a = try arguments.required(1, "input")
  let b = try arguments.required(2, "other")
  let x = a.isTensor ? try a.tensor() : try Tensor.full([], a.scalar())
  return b.isTensor
    ? try x.where(condition, else: b.tensor()) : try x.where(condition, else: b.scalar())
}
