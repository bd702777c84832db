extension Tensor {
  /// The least and the greatest element, of all or along a dimension. Equal ones share the
  /// gradient.
  public func aminmax(_ dim: Int? = nil, keepDim: Bool = false) throws -> (min: Tensor, max: Tensor)
  {
    let dims = dim.map { [$0] } ?? []
    return (try amin(dims, keepDim: keepDim), try amax(dims, keepDim: keepDim))
  }

  /// The variance and the mean over some dimensions.
  public func varMean(_ dims: [Int] = [], correction: Double = 1, keepDim: Bool = false) throws -> (
    variance: Tensor, mean: Tensor
  ) {
    let x = isHalfPrecision ? try to(.float32) : self
    let variance = try x.var(dims, correction: correction, keepDim: keepDim)
    return (try variance.to(dtype), try x.mean(dims, keepDim: keepDim).to(dtype))
  }

  /// The standard deviation and the mean over some dimensions.
  public func stdMean(_ dims: [Int] = [], correction: Double = 1, keepDim: Bool = false) throws -> (
    deviation: Tensor, mean: Tensor
  ) {
    let x = isHalfPrecision ? try to(.float32) : self
    let deviation = try x.std(dims, correction: correction, keepDim: keepDim)
    return (try deviation.to(dtype), try x.mean(dims, keepDim: keepDim).to(dtype))
  }

  /// The sum of the elements that are not NaN.
  public func nansum(_ dims: [Int] = [], keepDim: Bool = false, dtype: DType? = nil) throws
    -> Tensor
  {
    let x = self.dtype.isFloatingPoint ? try filled(0, where: isNaN()) : self
    return try x.sum(dims, keepDim: keepDim, dtype: dtype)
  }

  /// The mean of the elements that are not NaN.
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
    let infinite = try isInf()
    let positive = try self .> 0
    return try filled(nan, where: isNaN())
      .filled(posInf ?? greatest, where: infinite.logicalAnd(positive))
      .filled(negInf ?? -greatest, where: infinite.logicalAnd(positive.logicalNot()))
  }

  public func isPosInf() throws -> Tensor {
    try dtype.isFloatingPoint ? self .== Double.infinity : fullLike(false, dtype: .bool)
  }
  public func isNegInf() throws -> Tensor {
    try dtype.isFloatingPoint ? self .== -Double.infinity : fullLike(false, dtype: .bool)
  }

  /// Differences of neighbours along a dimension, taken `order` times.
  public func diff(_ order: Int = 1, _ dim: Int = -1) throws -> Tensor {
    guard rank > 0, order >= 0 else {
      throw TensorError.argument(
        operation: "diff", reason: "order \(order) of a tensor of \(rank) dimensions")
    }
    var x = self
    for _ in 0..<Swift.min(order, try size(dim)) {
      let length = try x.size(dim) - 1
      let next = try x.narrow(dim, start: 1, length: length)
      let previous = try x.narrow(dim, start: 0, length: length)
      x = try dtype == .bool ? next.logicalXor(previous) : next - previous
    }
    return x
  }

  /// The k-th least element along a dimension, counted from 1, and where it stands.
  public func kthValue(_ k: Int, _ dim: Int = -1, keepDim: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let d = try normalize(dim, rank, "kthValue")
    let size = rank == 0 ? 1 : sizes[d]
    guard k >= 1, k <= size else {
      throw TensorError.argument(operation: "kthValue", reason: "element \(k) of \(size)")
    }
    let (values, indices) = try sort(d)
    if rank == 0 { return (values, indices) }
    let value = try values.narrow(d, start: k - 1, length: 1)
    let index = try indices.narrow(d, start: k - 1, length: 1)
    return keepDim ? (value, index) : (try value.squeeze(d), try index.squeeze(d))
  }

  /// The median along a dimension, the lower one of two, and where it stands. NaN wins.
  public func median(dim: Int, keepDim: Bool = false) throws -> (values: Tensor, indices: Tensor) {
    let d = try normalize(dim, rank, "median")
    if rank == 0 { return (self, try zerosLike(dtype: .int64)) }
    guard sizes[d] > 0 else {
      throw TensorError.shape(
        operation: "median", shapes: [shape], reason: "no median of no elements")
    }
    guard dtype.isFloatingPoint else {
      return try kthValue((sizes[d] + 1) / 2, d, keepDim: keepDim)
    }
    // NaN sorts last, so that a line with one has one at its end.
    let (values, indices) = try sort(d)
    let last = sizes[d] - 1
    let spoilt = try values.detached().narrow(d, start: last, length: 1).isNaN()
    let firstNaN = try values.detached().isNaN().to(.uint8).argmax(d, keepDim: true)
    let place = try firstNaN.where(spoilt, else: last / 2)
    let value = try values.gather(d, place)
    let index = try indices.gather(d, place)
    return keepDim ? (value, index) : (try value.squeeze(d), try index.squeeze(d))
  }

  /// The median of all elements, the lower one of two. NaN wins.
  public func median() throws -> Tensor { try flatten().median(dim: 0).values }
}
