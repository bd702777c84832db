extension Tensor: CustomStringConvertible {
  /// The elements as PyTorch prints them: aligned, large tensors summarised.
  public var description: String {
    if device == .failed { return "tensor(failed: \(buffer.creationError))" }
    if !device.hasElements {
      return "tensor(..., size=\(shape), dtype=\(dtype), device=\(device))"
    }
    var formatter = TensorFormatter(shape: shape, dtype: dtype.description)
    if let history {
      formatter.suffixes.append(
        history.isLeaf ? "requires_grad=True" : "grad_fn=<\(history.name)>")
    }
    // Only what is shown is read, so a large tensor is not converted as a whole.
    return switch dtype.category {
    case .floating: formatter.format(.floating { (try? element($0, Double.self)) ?? .nan })
    case .integral: formatter.format(.integer { (try? element($0, Int64.self)) ?? 0 })
    case .boolean: formatter.format(.boolean { (try? element($0, Bool.self)) ?? false })
    }
  }

  /// One element by its row-major position.
  private func element<E: TensorElement>(_ position: Int, _ type: E.Type) throws -> E {
    var offset = 0
    var rest = position
    for dim in (0..<rank).reversed() {
      offset += rest % sizes[dim] * buffer.strides[dim]
      rest /= sizes[dim]
    }
    let one = Buffer(viewing: buffer, Dims(), strides: Dims(), offset: offset)
    return try Tensor(one).item(type)
  }
}
