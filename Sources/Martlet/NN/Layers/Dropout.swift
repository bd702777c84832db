import Synchronization

/// Sets elements to zero with probability p while training, and scales the others by `1 / (1 - p)`.
///
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
public final class Dropout: Module, TrainingDependent, Sendable {
  public let p: Double
  private let training = Atomic(true)

  public var isTraining: Bool {
    get { training.load(ordering: .relaxed) }
    set { training.store(newValue, ordering: .relaxed) }
  }

  public init(_ p: Double = 0.5) { self.p = p }

  public func forward(_ x: Tensor) throws -> Tensor { try dropout(x, p: p, training: isTraining) }

  public var extraDescription: String { "p=\(p)" }
}
