/// Gives what it is given: a place holder for a layer.
///
///     let shortcut: any Module<Tensor, Tensor> = Identity()
public final class Identity: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that does nothing.
  public init() { super.init { $0 } }
}
