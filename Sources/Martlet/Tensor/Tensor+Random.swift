import CKernels

extension Tensor {
  /// Numbers drawn uniformly from [0, 1).
  ///
  ///     let x = Tensor.rand([2, 3])
  public static func rand(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    uniform(shape, 0, 1, dtype: dtype, device: device, requiresGrad: requiresGrad)
  }

  /// Numbers drawn uniformly from [low, high).
  ///
  ///     let w = Tensor.uniform([10, 784], -0.05, 0.05, requiresGrad: true)
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
  ///
  ///     let x = Tensor.randn([2, 3])
  public static func randn(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    normal(shape, mean: 0, std: 1, dtype: dtype, device: device, requiresGrad: requiresGrad)
  }

  /// Numbers drawn from a normal distribution.
  ///
  ///     let noise = Tensor.normal([100], mean: 0, std: 0.1)
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
  ///
  ///     let dice = Tensor.randint(1..<7, [100])
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
  ///
  ///     let shuffled = try x.indexSelect(0, Tensor.randperm(n))
  public static func randperm(_ count: Int, device: Device = .cpu) -> Tensor {
    creating(requiresGrad: false) {
      let place = try Random.place(.int64, device)
      let out = try Buffer(checkedSizes([count], "randperm"), .int64, place.target)
      try out.backend.permutation(out)
      return Tensor(out)
    }
  }

  /// Ones with probability `p`, zeros else.
  ///
  ///     let coins = Tensor.bernoulli([100], p: 0.5)
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

  /// Waiting times until the next of events that come `rate` times a unit of time: numbers with the
  /// density `rate exp(-rate x)`, none of them 0.
  ///
  ///     let gaps = Tensor.exponential([100], rate: 0.5)
  public static func exponential(
    _ shape: [Int], rate: Double = 1, dtype: DType = .float32, device: Device = .cpu,
    requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      guard rate > 0, rate.isFinite else {
        throw TensorError.argument(
          operation: "exponential", reason: "a rate of \(rate) is not positive")
      }
      return try drawn(.exponential, shape, dtype, device, a: rate, b: 0)
    }
  }

  /// How many trials it takes to succeed once, where each succeeds with probability `p`: 1, 2, ...
  ///
  ///     let attempts = Tensor.geometric([100], p: 0.2, dtype: .int64)
  public static func geometric(
    _ shape: [Int], p: Double, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    creating(requiresGrad: false) {
      guard p > 0, p < 1 else {
        throw TensorError.argument(
          operation: "geometric", reason: "a probability of \(p) is not between 0 and 1")
      }
      // Whole units of an exponential waiting time, in float64 since large numbers must be whole.
      let rate = try Tensor(.float(-p), dtype: .float64, device: device).log1p().item()
      return try exponential(shape, rate: -rate, dtype: .float64, device: device).ceil().to(dtype)
    }
  }

  /// Numbers with Cauchy's distribution around `median`, half of them within `scale` of it.
  ///
  ///     let noise = Tensor.cauchy([100], scale: 0.1)
  public static func cauchy(
    _ shape: [Int], median: Double = 0, scale: Double = 1, dtype: DType = .float32,
    device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      guard scale > 0, scale.isFinite, median.isFinite else {
        throw TensorError.argument(
          operation: "cauchy", reason: "a scale of \(scale) around \(median)")
      }
      let angles = try drawn(.uniform, shape, dtype, device, a: -0.5, b: 0.5)
      return try angles.widened { try ($0 * Double.pi).tan() * scale + median }
    }
  }

  /// Numbers whose logarithms have a normal distribution with this mean and standard deviation.
  ///
  ///     let sizes = Tensor.logNormal([100], mean: 0, std: 0.25)
  public static func logNormal(
    _ shape: [Int], mean: Double = 1, std: Double = 2, dtype: DType = .float32,
    device: Device = .cpu, requiresGrad: Bool = false
  ) -> Tensor {
    creating(requiresGrad: requiresGrad) {
      guard std > 0 else {
        throw TensorError.argument(
          operation: "logNormal", reason: "the standard deviation is not positive (\(std))")
      }
      return try drawn(.normal, shape, dtype, device, a: mean, b: std).exp()
    }
  }

  /// Numbers drawn uniformly from [0, 1), in the same shape, device and, by default, dtype.
  ///
  ///     let noise = try x.randLike()
  public func randLike(dtype: DType? = nil) throws -> Tensor {
    try validate()
    return Tensor.rand(shape, dtype: dtype ?? self.dtype, device: device)
  }

  /// Numbers drawn from the standard normal distribution, in the same shape, device and, by
  /// default, dtype.
  ///
  ///     let noise = try x.randnLike()
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
