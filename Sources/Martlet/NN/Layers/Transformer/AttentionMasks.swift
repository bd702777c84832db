/// Which keys the queries of an attention do not see.
///
///     let masks = AttentionMasks(isCausal: true)
public struct AttentionMasks: Sendable {
  /// `[L, S]` or `[N heads, L, S]`: bool, true where a key is hidden, or numbers that are added to
  /// scores.
  public var mask: Tensor?
  /// `[N, S]`, or `[S]` without a batch, likewise.
  public var keyPaddingMask: Tensor?
  /// Whether a query sees only the keys up to its own position.
  public var isCausal: Bool

  /// Masks; by default everything is seen.
  public init(mask: Tensor? = nil, keyPaddingMask: Tensor? = nil, isCausal: Bool = false) {
    self.mask = mask
    self.keyPaddingMask = keyPaddingMask
    self.isCausal = isCausal
  }
}

/// The function between the two products of a transformer layer.
public enum TransformerActivation: Sendable {
  /// `max(x, 0)`.
  case relu
  /// `x Φ(x)`.
  case gelu
  /// Any other.
  case function(@Sendable (Tensor) throws -> Tensor)

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    switch self {
    case .relu: try x.relu()
    case .gelu: try x.gelu()
    case .function(let function): try function(x)
    }
  }
}
