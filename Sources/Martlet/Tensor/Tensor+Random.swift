import CKernels

extension Tensor {
  /// Numbers drawn uniformly from [0, 1).
  public static func rand(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    uniform(shape, 0, 1, dtype: dtype, device: device, requiresGrad: requiresGrad)
  }

  /// Numbers drawn uniformly from [low, high).
  public static func uniform(
    _ shape: [Int], _ low: Double, _ high: Double, dtype: DType = .float32,
    device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      guard low <= high, low.isFinite, high.isFinite else {
        throw TensorError.argument(
          operation: "uniform", reason: "no numbers between \(low) and \(high)")
      }
      return try drawn(.uniform, shape, dtype, device, a: low, b: high)
    }
  }

  /// Numbers drawn from the standard normal distribution.
  public static func randn(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    normal(shape, mean: 0, std: 1, dtype: dtype, device: device, requiresGrad: requiresGrad)
  }

  /// Numbers drawn from a normal distribution.
  public static func normal(
    _ shape: [Int], mean: Double, std: Double, dtype: DType = .float32, device: Device = .cpu,
    requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      guard std >= 0 else {
        throw TensorError.argument(
          operation: "normal", reason: "the standard deviation is negative (\(std))")
      }
      return try drawn(.normal, shape, dtype, device, a: mean, b: std)
    }
  }

  /// Integers drawn uniformly from a range.
  public static func randint(
    _ range: Range<Int>, _ shape: [Int], dtype: DType = .int64, device: Device = .cpu
  ) -> Tensor {
    creating(requiresGrad: false) {
      guard !range.isEmpty else {
        throw TensorError.argument(operation: "randint", reason: "the range \(range) is empty")
      }
      if dtype == .bool {
        guard (0...2).contains(range.lowerBound), range.upperBound <= 2 else {
          throw TensorError.argument(
            operation: "randint", reason: "the range \(range) is not of bools")
        }
        return try randint(range, shape, dtype: .uint8, device: device).to(.bool)
      }
      return try Random.fill(
        .integer, checkedSizes(shape, "randint"), dtype, device, low: range.lowerBound,
        high: range.upperBound)
    }
  }

  /// The numbers 0 ..< count in random order, int64.
  public static func randperm(_ count: Int, device: Device = .cpu) -> Tensor {
    creating(requiresGrad: false) {
      let out = try Buffer(checkedSizes([count], "randperm"), .int64, device)
      try out.backend.permutation(out)
      return Tensor(out)
    }
  }

  /// Ones with probability `p`, zeros else.
  public static func bernoulli(
    _ shape: [Int], p: Double, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    creating(requiresGrad: false) {
      guard p >= 0, p <= 1 else {
        throw TensorError.argument(
          operation: "bernoulli", reason: "a probability of \(p) is not between 0 and 1")
      }
      return try Random.fill(.bernoulli, checkedSizes(shape, "bernoulli"), dtype, device, a: p)
    }
  }

  public func randLike(dtype: DType? = nil) throws -> Tensor {
    try validate()
    return Tensor.rand(shape, dtype: dtype ?? self.dtype, device: device)
  }

  public func randnLike(dtype: DType? = nil) throws -> Tensor {
    try validate()
    return Tensor.randn(shape, dtype: dtype ?? self.dtype, device: device)
  }

  private static func drawn(
    _ kind: mk_random_kind, _ shape: [Int], _ dtype: DType, _ device: Device, a: Double, b: Double
  ) throws -> Tensor {
    guard dtype.isFloatingPoint else {
      throw TensorError.dtype(
        operation: "random", dtypes: [dtype], reason: "this distribution is of fractions")
    }
    return try Random.fill(kind, checkedSizes(shape, "random"), dtype, device, a: a, b: b)
  }
}
