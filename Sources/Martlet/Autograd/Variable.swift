import Synchronization

/// The start of a record: a tensor that requires gradients and was not computed. It holds the
/// gradient slot, which every copy of the tensor sees.
final class Variable: GradNode, @unchecked Sendable {
  private let gradient = Mutex<Tensor?>(nil)

  init() {
    super.init(nil, isLeaf: true)
  }

  override var name: String { "Variable" }

  var grad: Tensor? {
    get { gradient.withLock { $0 } }
    set { gradient.withLock { $0 = newValue } }
  }

  /// Adds to the gradient; in place where nothing else holds the sum so far.
  func accumulate(_ new: Tensor) throws {
    try gradient.withLock { slot in
      if let sum = slot {
        slot = nil
        slot = try sum.accumulating(new)
      } else {
        slot = new
      }
    }
  }
}
