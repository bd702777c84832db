import CKernels

// What floating-point numbers are made of, and what complex functions are for real numbers.
extension Tensor {
  /// Each element as `mantissa * 2^exponent` with a mantissa from 1/2 to 1 (or of 0), the exponents
  /// as int32. Infinities and NaN are their own mantissa.
  ///
  ///     let (mantissa, exponent) = try Tensor([10.0]).frexp()  // [0.625], [4]
  ///
  /// - Throws: `TensorError.dtype` for integers and bools.
  public func frexp() throws -> (mantissa: Tensor, exponent: Tensor) {
    try requireFloatingPoint("frexp")
    if isHalfPrecision {
      let wide = try to(.float32).frexp()
      return (try wide.mantissa.to(dtype), wide.exponent)
    }
    let exponent = try Unary.exponent(detached())
    // In two steps, as the power of a subnormal number's exponent overflows.
    let half = try (exponent * 0.5).trunc()
    let mantissa = try self * (-half).exp2() * (half - exponent).exp2()
    return (mantissa, try exponent.to(.int32))
  }

  /// The number next to each element on the way to `other`'s.
  ///
  ///     try Tensor([0.0]).nextafter(Tensor([1.0]))  // [1e-45]
  ///
  /// - Throws: `TensorError.dtype` for integers and bools.
  public func nextafter(_ other: Tensor) throws -> Tensor {
    let dtype = Promotion(self, other).result
    guard dtype.isFloatingPoint else {
      throw TensorError.dtype(
        operation: "nextafter", dtypes: [self.dtype, other.dtype], reason: "takes floating point")
    }
    let x = try to(dtype)
    return x.isHalfPrecision ? try x.nextHalf(other) : try Binary.nextafter(x, other)
  }

  /// `nextafter` of half precision: in float32, by a unit in the last place.
  private func nextHalf(_ other: Tensor) throws -> Tensor {
    let x = try to(.float32)
    let y = try other.to(dtype).to(.float32)
    let digits = dtype == .bfloat16 ? 8 : 11
    let least = dtype == .bfloat16 ? 0x1p-133 : 0x1p-24
    let (mantissa, exponent) = try x.detached().frexp()
    let away = try (y .> x) .== (x .> 0)
    // Towards zero the units below a power of two are half as large.
    let smaller = try (mantissa.abs() .== 0.5).logicalAnd(away.logicalNot())
    let exact = try (exponent - smaller.to(.int32) - digits).to(.float32).exp2().clamp(min: least)
    let unit = try exact.filled(least, where: x .== 0)
    let step = try unit.where(y .> x, else: -unit)
    let still = try (x .== y).logicalOr(x.isInf().logicalAnd(away))
    // NaN where y is, and otherwise nothing.
    let undefined = try y.filled(0, where: y.isNaN().logicalNot())
    return try (x + step.filled(0, where: still) + undefined).to(dtype)
  }

  /// `self` to the power of `exponent`, computed in float64.
  ///
  ///     try Tensor([2]).floatPower(Tensor([-1]))  // [0.5], float64
  public func floatPower(_ exponent: Tensor) throws -> Tensor {
    try to(.float64).pow(exponent.to(.float64))
  }
  /// As `floatPower` with a tensor: `x.floatPower(2)`.
  public func floatPower(_ exponent: some ScalarConvertible) throws -> Tensor {
    try to(.float64).pow(exponent.scalar.double)
  }

  /// The angle of each element in the complex plane: 0, or pi if it is negative.
  ///
  ///     try Tensor([-1.0, 2.0]).angle()  // [3.1416, 0]
  public func angle() throws -> Tensor {
    let x = dtype.isFloatingPoint ? self : try to(.float32)
    // Times 0, which keeps NaN and a gradient of 0.
    return try x.filled(0, where: x.isNaN().logicalNot()).filled(Double.pi, where: x .< 0)
  }

  /// Whether each element has no imaginary part: real tensors have none.
  ///
  ///     try Tensor([1.0]).isReal()  // [true]
  public func isReal() throws -> Tensor { try fullLike(true, dtype: .bool) }
}
