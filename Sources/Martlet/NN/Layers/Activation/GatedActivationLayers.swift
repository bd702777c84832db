/// The first half of a dimension times the sigmoid of the second: Dauphin et al., "Language
/// Modeling with Gated Convolutional Networks", 2016.
///
///     let net = Sequential(Linear(16, 32), GLU())  // [N, 16]
public final class GLU: StatelessLayer<Tensor>, @unchecked Sendable {
  /// The dimension that is halved.
  public let dim: Int

  /// A layer that applies `glu`, which throws if the dimension's size is odd.
  public init(dim: Int = -1) {
    self.dim = dim
    super.init("dim=\(dim)") { try glu($0, dim: dim) }
  }
}

/// x where it is positive, `weight x` elsewhere, with weights that are learnt: He et al., "Delving
/// Deep into Rectifiers", 2015.
///
///     let net = Sequential(Conv2d(3, 8, kernelSize: 3), PReLU(8))
public final class PReLU: Module, Sendable {
  /// The factors of elements that are not positive, `[1]` or `[C]`.
  public let weight: Parameter
  private let count: Int

  /// A layer with one weight, or with one for each channel (dimension 1) of its inputs.
  ///
  /// - Parameters:
  ///   - count: The number of weights.
  ///   - initial: What they start with.
  public init(_ count: Int = 1, initial: Double = 0.25) {
    var arguments = LayerArguments("PReLU")
    arguments.require("the number of weights", count, atLeast: 1)
    weight = arguments.parameter { Tensor.full([count], initial) }
    self.count = count
  }

  /// `prelu` of x, in its shape.
  public func forward(_ x: Tensor) throws -> Tensor { try prelu(x, weight.value) }

  /// The number of weights, as PyTorch prints it.
  public var extraDescription: String { "num_parameters=\(count)" }
}

/// x where it is positive, `a x` elsewhere, with an `a` for each element: random between `lower`
/// and `upper` while training, their mean otherwise. Xu et al., "Empirical Evaluation of Rectified
/// Activations in Convolutional Network", 2015.
///
///     let net = Sequential(Linear(2, 4), RReLU(lower: 0.1, upper: 0.3))
public final class RReLU: Module, TrainingDependent, Sendable {
  /// The least factor.
  public let lower: Double
  /// The greatest factor.
  public let upper: Double
  /// Whether factors are random.
  public let mode = TrainingMode()

  /// A layer that applies `rrelu`, which throws if the bounds cross.
  public init(lower: Double = 1.0 / 8, upper: Double = 1.0 / 3) {
    self.lower = lower
    self.upper = upper
  }

  /// `rrelu` of x, in its shape.
  public func forward(_ x: Tensor) throws -> Tensor {
    try rrelu(x, lower: lower, upper: upper, training: isTraining)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String { "lower=\(lower.literal), upper=\(upper.literal)" }
}
