import CKernels

extension Tensor {
  /// Adds in place. A tensor whose memory nobody shares is written without an allocation; else it
  /// becomes a new value, and other names keep the old one.
  ///
  ///     try noGrad { try w += step }
  ///
  /// - Throws: `TensorError.autograd` for a variable while operations are recorded: update it
  ///   inside of `noGrad`.
  @inline(__always)
  public static func += (x: inout Tensor, y: Tensor) throws { try x.update(.add, y) }
  /// As `+=` of a tensor: `try x += 1`.
  public static func += <S: ScalarConvertible>(x: inout Tensor, y: S) throws {
    try x.update(.add, y.scalar)
  }

  /// Subtracts in place; see `+=`.
  ///
  ///     try noGrad { try w -= 0.1 * gradient }
  @inline(__always)
  public static func -= (x: inout Tensor, y: Tensor) throws { try x.update(.sub, y) }
  /// As `-=` of a tensor: `try x -= 1`.
  public static func -= <S: ScalarConvertible>(x: inout Tensor, y: S) throws {
    try x.update(.sub, y.scalar)
  }

  /// Multiplies in place; see `+=`.
  ///
  ///     try h *= scale
  @inline(__always)
  public static func *= (x: inout Tensor, y: Tensor) throws { try x.update(.mul, y) }
  /// As `*=` of a tensor: `try x *= 2`.
  public static func *= <S: ScalarConvertible>(x: inout Tensor, y: S) throws {
    try x.update(.mul, y.scalar)
  }

  /// Divides in place; see `+=`. Integers cannot hold the quotient, which throws.
  ///
  ///     try h /= h.sum(-1, keepDim: true)
  @inline(__always)
  public static func /= (x: inout Tensor, y: Tensor) throws { try x.update(.div, y) }
  /// As `/=` of a tensor: `try x /= 2`.
  public static func /= <S: ScalarConvertible>(x: inout Tensor, y: S) throws {
    try x.update(.div, y.scalar)
  }

  /// Sets every element. What was there before receives gradients of zero.
  ///
  ///     try h.fill(0)
  public mutating func fill(_ value: some ScalarConvertible) throws {
    try prepareUpdate("fill")
    if let history, !history.isLeaf, Mode.isRecording {
      let everywhere = try Tensor(.bool(true), dtype: .bool, device: device)
      self = try filled(value, where: everywhere)
      return
    }
    if hasOwnMemory {
      try buffer.backend.fill(buffer, value.scalar)
    } else {
      buffer = try fullLike(value).buffer
    }
    if !(history?.isLeaf ?? true) { history = nil }
  }

  /// Sets the elements where `mask` is true, which broadcasts to this shape.
  ///
  ///     try h.fill(0, where: h .< 0)
  public mutating func fill(_ value: some ScalarConvertible, where mask: Tensor) throws {
    try replace(with: filled(value, where: mask), "fill")
  }

  private mutating func update(_ op: Binary, _ y: Scalar) throws {
    try update(
      op, Tensor(y, dtype: dtype.category >= y.category ? dtype : y.defaultDType, device: device))
  }

  private mutating func update(_ op: Binary, _ y: Tensor) throws {
    try prepareUpdate(op.name)
    let recording = Mode.isRecording
    if !(recording && (history != nil || y.history != nil)), dtype == y.dtype,
      dtype.isFloatingPoint || op != .div, device == y.device, fits(y), hasOwnMemory
    {
      if !(history?.isLeaf ?? true) { history = nil }
      try buffer.backend.binary(op, buffer, buffer, y.buffer)
      return
    }
    try replace(with: op(self, y), op.name)
  }

  /// Takes over a computed value under this shape and dtype; a variable stays the variable that it
  /// is.
  mutating func replace(with value: Tensor, _ operation: String) throws {
    try prepareUpdate(operation)
    guard value.sizes == sizes else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, value.shape],
        reason: "an update in place cannot change the shape")
    }
    guard value.dtype.category <= dtype.category else {
      throw TensorError.dtype(
        operation: operation, dtypes: [dtype, value.dtype],
        reason: "an update in place cannot hold the result")
    }
    let value = try value.to(dtype)
    if let history, history.isLeaf {
      // The value is a fresh one unless the operation had nothing to do.
      self = Tensor(value.buffer, history)
    } else {
      self = value
    }
  }

  @inline(__always)
  func prepareUpdate(_ operation: @autoclosure () -> String) throws {
    if let history, history.isLeaf, Mode.isRecording {
      throw TensorError.autograd(
        "\(operation()): a variable that requires gradients is updated in place while operations are"
          + " recorded; do it inside of noGrad { }")
    }
  }

  /// Whether y broadcasts to this shape without stretching it.
  @inline(__always)
  private func fits(_ y: Tensor) -> Bool {
    if y.sizes == sizes { return true }
    guard let sizes = Dims.broadcast(sizes, y.sizes) else { return false }
    return sizes == self.sizes
  }
}

extension Tensor {
  /// The sum with `other`, computed in this tensor's memory when nobody else refers to it: for
  /// collecting gradients.
  consuming func accumulating(_ other: Tensor) throws -> Tensor {
    if !Mode.isRecording, buffer.dtype == other.buffer.dtype,
      buffer.device == other.buffer.device, buffer.sizes == other.buffer.sizes,
      hasOwnMemory
    {
      try buffer.backend.binary(.add, buffer, buffer, other.buffer)
      return self
    }
    return try Binary.add(self, other)
  }

  /// The same for a gradient of the selected elements alone.
  consuming func accumulating(_ part: Tensor, at selection: Selection) throws -> Tensor {
    if !Mode.isRecording, !selection.overlaps, buffer.isContiguous,
      buffer.sizes == selection.source, buffer.dtype == part.buffer.dtype,
      buffer.device == part.buffer.device, hasOwnMemory
    {
      let place = Buffer(
        viewing: buffer, selection.sizes, strides: selection.strides, offset: selection.offset)
      try buffer.backend.binary(.add, place, place, part.buffer)
      return self
    }
    return try Binary.add(self, Embed(selection: selection)(part))
  }
}
