extension Tensor {
  /// The least and the greatest element, of all or along a dimension. Equal ones share the
  /// gradient.
  ///
  ///     let (least, greatest) = try x.aminmax()
  public func aminmax(_ dim: Int? = nil, keepDim: Bool = false) throws -> (min: Tensor, max: Tensor)
  {
    let dims = dim.map { [$0] } ?? []
    return (try amin(dims, keepDim: keepDim), try amax(dims, keepDim: keepDim))
  }

  /// The variance and the mean over some dimensions.
  ///
  ///     let (variance, mean) = try x.varMean([0])
  public func varMean(_ dims: [Int] = [], correction: Double = 1, keepDim: Bool = false) throws -> (
    variance: Tensor, mean: Tensor
  ) {
    let x = isHalfPrecision ? try to(.float32) : self
    let variance = try x.var(dims, correction: correction, keepDim: keepDim)
    return (try variance.to(dtype), try x.mean(dims, keepDim: keepDim).to(dtype))
  }

  /// The standard deviation and the mean over some dimensions.
  ///
  ///     let (deviation, mean) = try x.stdMean([0])
  public func stdMean(_ dims: [Int] = [], correction: Double = 1, keepDim: Bool = false) throws -> (
    deviation: Tensor, mean: Tensor
  ) {
    let x = isHalfPrecision ? try to(.float32) : self
    let deviation = try x.std(dims, correction: correction, keepDim: keepDim)
    return (try deviation.to(dtype), try x.mean(dims, keepDim: keepDim).to(dtype))
  }

  /// The sum of the elements that are not NaN, over some dimensions.
  ///
  ///     try Tensor([1.0, .nan, 3.0]).nansum()  // 4
  public func nansum(_ dims: [Int] = [], keepDim: Bool = false, dtype: DType? = nil) throws
    -> Tensor
  {
    guard self.dtype.isFloatingPoint else {
      return try sum(dims, keepDim: keepDim, dtype: dtype)
    }
    @Sendable func known(_ x: Tensor) throws -> Tensor { try x.filled(0, where: x.isNaN()) }
    if dims.isEmpty && !keepDim && dtype == nil && !isHalfPrecision {
      return try Fused("nansum", sum: true) { try known($0[0]) }(self)
    }
    return try fused("nansum", known).sum(dims, keepDim: keepDim, dtype: dtype)
  }

  /// The mean of the elements that are not NaN, over some dimensions; NaN where all are.
  ///
  ///     try Tensor([1.0, .nan, 3.0]).nanmean()  // 2
  public func nanmean(_ dims: [Int] = [], keepDim: Bool = false, dtype: DType? = nil) throws
    -> Tensor
  {
    let x = try dtype.map { try to($0) } ?? self
    try x.requireFloatingPoint("nanmean")
    let count = try x.isNaN().logicalNot().sum(dims, keepDim: keepDim)
    return try x.nansum(dims, keepDim: keepDim) / count
  }

  /// The elements with NaN and infinities replaced: by default by 0 and the dtype's greatest and
  /// least number.
  ///
  ///     try Tensor([1.0, .nan, .infinity]).nanToNum(posInf: 9)  // [1, 0, 9]
  public func nanToNum(nan: Double = 0, posInf: Double? = nil, negInf: Double? = nil) throws
    -> Tensor
  {
    guard dtype.isFloatingPoint else { return try clone() }
    let greatest: Double =
      switch dtype {
      case .float64: .greatestFiniteMagnitude
      case .float16: 65504
      case .bfloat16: 0x1.FEp127
      default: Double(Float.greatestFiniteMagnitude)
      }
    return try fused("nanToNum") { x in
      var known = x
      if let posInf { known = try known.filled(posInf, where: x .== Double.infinity) }
      if let negInf { known = try known.filled(negInf, where: x .== -Double.infinity) }
      // No finite number is beyond the greatest and the least one.
      let high = posInf == nil ? greatest : nil
      let low = negInf == nil ? -greatest : nil
      if high != nil || low != nil { known = try known.clamp(min: low, max: high) }
      return try known.filled(nan, where: x.isNaN())
    }
  }

  /// Whether each element is plus infinity; bool. Integers never are.
  ///
  ///     try Tensor([1.0, .infinity, -.infinity]).isPosInf()  // [false, true, false]
  public func isPosInf() throws -> Tensor {
    try dtype.isFloatingPoint ? self .== Double.infinity : fullLike(false, dtype: .bool)
  }

  /// Whether each element is minus infinity; bool. Integers never are.
  ///
  ///     try Tensor([1.0, .infinity, -.infinity]).isNegInf()  // [false, false, true]
  public func isNegInf() throws -> Tensor {
    try dtype.isFloatingPoint ? self .== -Double.infinity : fullLike(false, dtype: .bool)
  }
}
