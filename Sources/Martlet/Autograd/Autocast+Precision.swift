/// How an operation says which precision autocast gives it: in one statement, before all others.
///
///     let (x, target) = try Autocast.full(x, target)
///
/// Outside of autocast the tensors stay as they are. Operations of float32 are free to call others
/// that say the same; one that multiplies matrices, or that is no composition to autocast, calls
/// them by `Autocast.without`.
///
/// An operation of a single kernel calls itself instead, as new references to several tensors would
/// take as long as much of the rest:
///
///     if let (x, weight) = try Autocast.lowering(x, weight) { return try multiply(x, weight) }
extension Autocast {
  /// What autocast makes of a tensor where products are computed: the dtype that it was given.
  @inline(__always)
  static func low<A: AutocastInput>(_ a: A) throws -> A {
    guard Mode.isAutocasting, let current else { return a }
    return try a.converted(current.lowered)
  }

  @inline(__always)
  static func low<A: AutocastInput, B: AutocastInput, C: AutocastInput>(
    _ a: A, _ b: B, _ c: C
  ) throws -> (A, B, C) {
    guard Mode.isAutocasting else { return (a, b, c) }
    return (try low(a), try low(b), try low(c))
  }

  /// What `low` makes of tensors; nil if they stay as they are.
  @inline(__always)
  static func lowering<A: AutocastInput, B: AutocastInput>(_ a: A, _ b: B) throws -> (A, B)? {
    guard Mode.isAutocasting, a.changes(low) || b.changes(low) else { return nil }
    return (try low(a), try low(b))
  }

  @inline(__always)
  static func lowering<A: AutocastInput, B: AutocastInput, C: AutocastInput>(
    _ a: A, _ b: B, _ c: C
  ) throws -> (A, B, C)? {
    guard Mode.isAutocasting, a.changes(low) || b.changes(low) || c.changes(low) else { return nil }
    return (try low(a), try low(b), try low(c))
  }

  /// What autocast makes of a tensor where half precision is not enough: float32.
  @inline(__always)
  static func full<A: AutocastInput>(_ a: A) throws -> A {
    guard Mode.isAutocasting else { return a }
    return try a.converted { try $0.isHalfPrecision ? $0.to(.float32) : $0 }
  }

  @inline(__always)
  static func full<A: AutocastInput, B: AutocastInput>(_ a: A, _ b: B) throws -> (A, B) {
    guard Mode.isAutocasting else { return (a, b) }
    return (try full(a), try full(b))
  }

  @inline(__always)
  static func full<A: AutocastInput, B: AutocastInput, C: AutocastInput>(
    _ a: A, _ b: B, _ c: C
  ) throws -> (A, B, C) {
    guard Mode.isAutocasting else { return (a, b, c) }
    return (try full(a), try full(b), try full(c))
  }

  @inline(__always)
  static func full<A: AutocastInput, B: AutocastInput, C: AutocastInput, D: AutocastInput>(
    _ a: A, _ b: B, _ c: C, _ d: D
  ) throws -> (A, B, C, D) {
    guard Mode.isAutocasting else { return (a, b, c, d) }
    return (try full(a), try full(b), try full(c), try full(d))
  }

  /// What `full` makes of tensors; nil if they stay as they are.
  @inline(__always)
  static func widening<A: AutocastInput, B: AutocastInput>(_ a: A, _ b: B) throws -> (A, B)? {
    guard Mode.isAutocasting, a.changes(full) || b.changes(full) else { return nil }
    return (try full(a), try full(b))
  }

  @inline(__always)
  static func widening<A: AutocastInput, B: AutocastInput, C: AutocastInput>(
    _ a: A, _ b: B, _ c: C
  ) throws -> (A, B, C)? {
    guard Mode.isAutocasting, a.changes(full) || b.changes(full) || c.changes(full) else {
      return nil
    }
    return (try full(a), try full(b), try full(c))
  }

  /// The dtype that `low` gives a tensor.
  static func low(_ dtype: DType) -> DType {
    guard Mode.isAutocasting, let current else { return dtype }
    return current.lowered(dtype)
  }

  /// The dtype that `full` gives a tensor.
  static func full(_ dtype: DType) -> DType {
    Mode.isAutocasting && dtype.isHalfPrecision ? .float32 : dtype
  }
}

/// What autocast converts: tensors, also several or none.
protocol AutocastInput {
  func converted(_ convert: (Tensor) throws -> Tensor) rethrows -> Self
  /// Whether a conversion gives one of the tensors another dtype.
  func changes(_ convert: (DType) -> DType) -> Bool
}

extension Tensor: AutocastInput {
  func converted(_ convert: (Tensor) throws -> Tensor) rethrows -> Tensor { try convert(self) }
  func changes(_ convert: (DType) -> DType) -> Bool { convert(dtype) != dtype }
}
extension Optional: AutocastInput where Wrapped == Tensor {
  func converted(_ convert: (Tensor) throws -> Tensor) rethrows -> Tensor? { try map(convert) }
  func changes(_ convert: (DType) -> DType) -> Bool { self?.changes(convert) ?? false }
}
extension Array: AutocastInput where Element == Tensor {
  func converted(_ convert: (Tensor) throws -> Tensor) rethrows -> [Tensor] { try map(convert) }
  func changes(_ convert: (DType) -> DType) -> Bool { contains { $0.changes(convert) } }
}
