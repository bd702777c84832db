/// `max(x, 0)`.
///
///     let net = Sequential(Linear(2, 4), ReLU())
public final class ReLU: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `Tensor.relu`.
  public init() { super.init { try $0.relu() } }
}

/// `min(max(x, 0), 6)`.
///
///     let net = Sequential(Conv2d(3, 8, kernelSize: 3), ReLU6())
public final class ReLU6: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `relu6`.
  public init() { super.init { try relu6($0) } }
}

/// x where it is positive, `slope x` elsewhere.
///
///     let net = Sequential(Linear(2, 4), LeakyReLU(slope: 0.2))
public final class LeakyReLU: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The factor of elements that are not positive.
  public let slope: Double

  /// A layer that applies `leakyRelu`.
  public init(slope: Double = 0.01) {
    self.slope = slope
    super.init("negative_slope=\(slope.literal)") { try leakyRelu($0, slope: slope) }
  }
}

/// x kept between two numbers.
///
///     let net = Sequential(Linear(2, 4), Hardtanh(min: 0, max: 6))
public final class Hardtanh: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The least element of results.
  public let min: Double
  /// The greatest element of results.
  public let max: Double

  /// A layer that applies `hardtanh`, which throws if the bounds cross.
  public init(min: Double = -1, max: Double = 1) {
    self.min = min
    self.max = max
    super.init("min_val=\(min.literal), max_val=\(max.literal)") {
      try hardtanh($0, min: min, max: max)
    }
  }
}

/// x where it exceeds `threshold`, `value` elsewhere.
///
///     let net = Sequential(Linear(2, 4), Threshold(0.1, value: 0))
public final class Threshold: StatelessLayer<Tensor>, @unchecked Sendable {
  /// What elements must exceed to stay.
  public let threshold: Double
  /// What the others become.
  public let value: Double

  /// A layer that applies the function `threshold`.
  public init(_ threshold: Double, value: Double) {
    self.threshold = threshold
    self.value = value
    super.init("threshold=\(threshold.literal), value=\(value.literal)") {
      try Martlet.threshold($0, threshold, value: value)
    }
  }
}

/// `relu6(x + 3) / 6`: Howard et al., "Searching for MobileNetV3", 2019.
///
///     let gate = Sequential(Linear(8, 8), Hardsigmoid())
public final class Hardsigmoid: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `hardsigmoid`.
  public init() { super.init { try hardsigmoid($0) } }
}

/// `x relu6(x + 3) / 6`: Howard et al., "Searching for MobileNetV3", 2019.
///
///     let net = Sequential(Conv2d(3, 8, kernelSize: 3), Hardswish())
public final class Hardswish: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `hardswish`.
  public init() { super.init { try hardswish($0) } }
}

/// x where its size exceeds `bound`, 0 elsewhere.
///
///     let sparse = Sequential(Linear(2, 4), Hardshrink(0.3))
public final class Hardshrink: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The size that elements must exceed to stay.
  public let bound: Double

  /// A layer that applies `hardshrink`.
  public init(_ bound: Double = 0.5) {
    self.bound = bound
    super.init(bound.literal) { try hardshrink($0, bound) }
  }
}

/// x moved towards 0 by `bound`, and 0 where it is nearer than that.
///
///     let sparse = Sequential(Linear(2, 4), Softshrink(0.3))
public final class Softshrink: StatelessLayer<Tensor>, @unchecked Sendable {
  /// By how much elements move.
  public let bound: Double

  /// A layer that applies `softshrink`, which throws if the bound is negative.
  public init(_ bound: Double = 0.5) {
    self.bound = bound
    super.init(bound.literal) { try softshrink($0, bound) }
  }
}
