import Synchronization

/// Whether a module behaves as in training; may be read and set by several threads.
///
///     final class Noise: Module, TrainingDependent {
///       let mode = TrainingMode()
///       func forward(_ x: Tensor) throws -> Tensor { isTraining ? try x + x.randnLike() : x }
///     }
public final class TrainingMode: Sendable {
  private let flag = Atomic(true)

  /// As in training, at first.
  public init() {}

  /// True while training, false for evaluation.
  public var isTraining: Bool {
    get { flag.load(ordering: .relaxed) }
    set { flag.store(newValue, ordering: .relaxed) }
  }
}

/// A module that behaves differently in training, as dropout does. `train()` and `eval()` of the
/// modules around it reach it.
public protocol TrainingDependent: AnyObject {
  /// The mode, a stored property.
  var mode: TrainingMode { get }
}

extension TrainingDependent {
  /// Whether the module behaves as in training; true at first.
  public var isTraining: Bool {
    get { mode.isTraining }
    set { mode.isTraining = newValue }
  }
}
