extension Tensor {
  /// The same tensor, whose gradient passes through `body` on its way back, which may look at it or
  /// replace it.
  ///
  ///     let h = try layer(x).withGradientHook { print(try $0.norm()); return nil }
  ///
  /// - Parameter body: Given the gradient with respect to this tensor; returns another one of its
  ///   shape to go on with, or nil for the same. What it throws `backward()` throws.
  public func withGradientHook(_ body: @escaping (Tensor) throws -> Tensor?) -> Tensor {
    guard let history, Mode.isRecording else { return self }
    return Tensor(buffer, GradientHook(history, sizes, body))
  }
}

/// A place in the record where a function sees the gradients that come by.
private final class GradientHook: GradNode, @unchecked Sendable {
  private let body: (Tensor) throws -> Tensor?
  private let sizes: Dims

  init(_ node: GradNode, _ sizes: Dims, _ body: @escaping (Tensor) throws -> Tensor?) {
    self.body = body
    self.sizes = sizes
    super.init(node)
  }

  override var name: String { "gradient hook" }

  override func backward(_ gradient: Tensor) throws {
    guard let edge0, edge0.isWanted else { return }
    guard let replacement = try body(gradient) else { return try edge0.collect(gradient) }
    guard replacement.sizes == sizes else {
      throw TensorError.shape(
        operation: name, shapes: [replacement.shape, sizes.array],
        reason: "the gradient that it returns must have the tensor's shape")
    }
    try edge0.collect(replacement)
  }
}
