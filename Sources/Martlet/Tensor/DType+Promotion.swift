extension DType {
  /// The smallest dtype of the widest kind that holds both: PyTorch's `promote_types`.
  ///
  ///     DType.int64.promoted(with: .float16)  // float16
  public func promoted(with other: DType) -> DType {
    if self == other { return self }
    let (low, high) = category <= other.category ? (self, other) : (other, self)
    if low.category < high.category { return high }
    switch high.category {
    case .boolean: return .bool
    case .floating:
      if self == .float64 || other == .float64 { return .float64 }
      // float16 and bfloat16 meet in float32, as neither holds the other.
      return .float32
    case .integral:
      if self == .uint8 || other == .uint8 {
        let signed = self == .uint8 ? other : self
        return signed == .int8 ? .int16 : signed
      }
      return itemSize > other.itemSize ? self : other
    }
  }

  /// The dtype that an operation on floating-point numbers uses for elements of this one.
  var floatingPoint: DType { isFloatingPoint ? self : .float32 }

  /// The dtype in which sums of this one are kept.
  var accumulator: DType { isFloatingPoint ? self : .int64 }
}

/// What takes part in type promotion: a tensor's dtype, and how strongly it counts.
///
/// PyTorch's rule: tensors with dimensions decide; one without dimensions, and a plain number even
/// less, only matters when it is of a higher category (bool, integer, floating point).
struct Promotion {
  private var dimensioned: DType?
  private var zeroDimensional: DType?
  private var number: DType?

  init() {}

  /// Of two tensors.
  init(_ x: Tensor, _ y: Tensor) {
    add(x)
    add(y)
  }

  mutating func add(_ x: Tensor) { add(x.dtype, rank: x.rank) }

  mutating func add(_ dtype: DType, rank: Int) {
    if rank > 0 {
      dimensioned = dimensioned?.promoted(with: dtype) ?? dtype
    } else {
      zeroDimensional = zeroDimensional?.promoted(with: dtype) ?? dtype
    }
  }

  mutating func add(_ scalar: Scalar) {
    number = number?.promoted(with: scalar.defaultDType) ?? scalar.defaultDType
  }

  var result: DType {
    var result = number
    for stronger in [zeroDimensional, dimensioned] {
      guard let stronger else { continue }
      if let weaker = result, weaker.category > stronger.category { continue }
      result = stronger
    }
    // A weaker one of a higher category brings only its category.
    return result ?? .float32
  }
}
