import Glibc

/// What follows a layer, which says how its weights have to be scaled for signals to keep their
/// size.
public enum Nonlinearity: Sendable {
  /// Nothing, also behind a convolution.
  case linear
  case sigmoid
  case tanh
  case relu
  case leakyReLU(slope: Double)
  case selu

  /// The recommended factor of the standard deviation.
  ///
  ///     Nonlinearity.relu.gain  // sqrt(2)
  public var gain: Double {
    switch self {
    case .linear, .sigmoid: 1
    case .tanh: 5.0 / 3
    case .relu: 2.0.squareRoot()
    case .leakyReLU(let slope): (2 / (1 + slope * slope)).squareRoot()
    case .selu: 0.75
    }
  }
}

/// Which number of neighbours an initializer divides by.
public enum FanMode: Sendable {
  /// The inputs of an output: keeps the size of signals on the way forward.
  case fanIn
  /// The outputs of an input: keeps the size of gradients on the way back.
  case fanOut
}

extension Initializer {
  /// Numbers drawn uniformly from [low, high).
  public static func uniform(_ low: Double = 0, _ high: Double = 1) -> Initializer {
    Initializer { .uniform($0, low, high, dtype: $1) }
  }

  /// Numbers drawn from a normal distribution.
  public static func normal(mean: Double = 0, std: Double = 1) -> Initializer {
    Initializer { .normal($0, mean: mean, std: std, dtype: $1) }
  }

  /// Numbers drawn from a normal distribution as far as it lies between `low` and `high`.
  ///
  /// - Throws: On use, `TensorError.argument` for bounds that are not in order or a standard
  ///   deviation that is not positive.
  public static func truncatedNormal(
    mean: Double = 0, std: Double = 1, low: Double = -2, high: Double = 2
  ) -> Initializer {
    Initializer { shape, dtype in
      guard std > 0, std.isFinite, mean.isFinite, low <= high else {
        throw TensorError.argument(
          operation: "truncatedNormal",
          reason: "a standard deviation of \(std) between \(low) and \(high)")
      }
      var (start, end) = ((low - mean) / std, (high - mean) / std)
      // The lower tail of the distribution is known far more exactly than the upper one.
      let isFlipped = start > 0
      if isFlipped { (start, end) = (-end, -start) }
      func below(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
      let quantiles = try Tensor.uniform(shape, below(start), below(end), dtype: .float64).ndtri()
      return try (quantiles * (isFlipped ? -std : std) + mean).to(dtype).clamp(min: low, max: high)
    }
  }

  /// Uniform numbers with a variance of `2 gain^2 / (inputs + outputs)`.
  ///
  /// Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks",
  /// 2010.
  public static func xavierUniform(gain: Double = 1) -> Initializer {
    Initializer { shape, dtype in
      let bound = try 3.0.squareRoot() * xavierDeviation(shape, gain)
      return .uniform(shape, -bound, bound, dtype: dtype)
    }
  }

  /// Normal numbers with a variance of `2 gain^2 / (inputs + outputs)`.
  ///
  /// Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks",
  /// 2010.
  public static func xavierNormal(gain: Double = 1) -> Initializer {
    Initializer { shape, dtype in
      .normal(shape, mean: 0, std: try xavierDeviation(shape, gain), dtype: dtype)
    }
  }

  /// Uniform numbers with a variance of `gain^2` over the number of inputs or outputs.
  ///
  /// He et al., "Delving Deep into Rectifiers", 2015.
  ///
  /// - Parameters:
  ///   - mode: Which number.
  ///   - nonlinearity: What follows the layer.
  public static func kaimingUniform(
    mode: FanMode = .fanIn, nonlinearity: Nonlinearity = .leakyReLU(slope: 0)
  ) -> Initializer {
    Initializer { shape, dtype in
      let bound = try 3.0.squareRoot() * kaimingDeviation(shape, mode, nonlinearity)
      return .uniform(shape, -bound, bound, dtype: dtype)
    }
  }

  /// Normal numbers with a variance of `gain^2` over the number of inputs or outputs.
  ///
  /// He et al., "Delving Deep into Rectifiers", 2015.
  ///
  /// - Parameters:
  ///   - mode: Which number.
  ///   - nonlinearity: What follows the layer.
  public static func kaimingNormal(
    mode: FanMode = .fanIn, nonlinearity: Nonlinearity = .leakyReLU(slope: 0)
  ) -> Initializer {
    Initializer { shape, dtype in
      .normal(shape, mean: 0, std: try kaimingDeviation(shape, mode, nonlinearity), dtype: dtype)
    }
  }

  /// The inputs that reach an output of a weight of this shape, and the outputs that an input
  /// reaches.
  ///
  ///     try Initializer.fans([64, 3, 5, 5])  // (inputs: 75, outputs: 1600)
  ///
  /// - Throws: `TensorError.rank` for fewer than two dimensions.
  public static func fans(_ shape: [Int]) throws -> (inputs: Double, outputs: Double) {
    guard shape.count >= 2 else {
      throw TensorError.rank(
        operation: "initialize", rank: shape.count, expected: "at least 2: [outputs, inputs, ...]")
    }
    let kernel = shape[2...].reduce(1.0) { $0 * Double($1) }
    return (Double(shape[1]) * kernel, Double(shape[0]) * kernel)
  }

  private static func xavierDeviation(_ shape: [Int], _ gain: Double) throws -> Double {
    let (inputs, outputs) = try fans(shape)
    // Without elements there is nothing to scale.
    return inputs + outputs == 0 ? 0 : gain * (2 / (inputs + outputs)).squareRoot()
  }

  private static func kaimingDeviation(
    _ shape: [Int], _ mode: FanMode, _ nonlinearity: Nonlinearity
  ) throws -> Double {
    let (inputs, outputs) = try fans(shape)
    let fan = mode == .fanIn ? inputs : outputs
    return fan == 0 ? 0 : nonlinearity.gain / fan.squareRoot()
  }
}
