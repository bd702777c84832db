/// Sets elements to zero with probability p while training, and scales the others by `1 / (1 - p)`.
///
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
///
///     let drop = Dropout(0.2)
public final class Dropout: Module, TrainingDependent, Sendable {
  /// The probability of each element to become zero.
  public let p: Double
  /// Whether anything is dropped.
  public let mode = TrainingMode()

  /// A layer that sets elements to zero with probability `p`, from 0 to 1.
  public init(_ p: Double = 0.5) { self.p = p }

  /// `x` with elements dropped while training, else `x` itself.
  public func forward(_ x: Tensor) throws -> Tensor { try dropout(x, p: p, training: isTraining) }

  /// The probability, as PyTorch prints it.
  public var extraDescription: String { "p=\(p)" }
}
