import CKernels

/// A number, or an array of arrays of numbers of any depth: what a tensor can be made of.
public protocol TensorConvertible {
  /// The type of the numbers at the innermost level.
  associatedtype Leaf: TensorElement

  /// The sizes, read off the first element of every level.
  func appendShape(to shape: inout [Int])

  /// Appends the numbers in row-major order. Throws if a part does not have the sizes `shape` from
  /// `level` on.
  func appendElements(to elements: inout [Leaf], shape: [Int], level: Int) throws
}

extension TensorElement {
  /// A number has no dimensions.
  public func appendShape(to shape: inout [Int]) {}

  /// Appends the number itself.
  public func appendElements(to elements: inout [Self], shape: [Int], level: Int) throws {
    elements.append(self)
  }
}

extension Float: TensorConvertible {}
extension Double: TensorConvertible {}
extension Int: TensorConvertible {}
extension Int8: TensorConvertible {}
extension Int16: TensorConvertible {}
extension Int32: TensorConvertible {}
extension Int64: TensorConvertible {}
extension UInt8: TensorConvertible {}
extension Bool: TensorConvertible {}
#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: TensorConvertible {}
#endif

extension Array: TensorConvertible where Element: TensorConvertible {
  /// The type of the numbers at the innermost level.
  public typealias Leaf = Element.Leaf

  /// Appends the number of parts and the sizes of the first one.
  public func appendShape(to shape: inout [Int]) {
    shape.append(count)
    first?.appendShape(to: &shape)
  }

  /// Appends the parts' numbers.
  ///
  /// - Throws: `TensorError.shape` for a ragged array.
  public func appendElements(to elements: inout [Leaf], shape: [Int], level: Int) throws {
    let expected = level < shape.count ? shape[level] : 0
    guard count == expected else {
      throw TensorError.shape(
        operation: "Tensor", shapes: [shape],
        reason: "a ragged array: \(count) elements at depth \(level) where others have \(expected)")
    }
    if let flat = self as? [Leaf] {
      elements.append(contentsOf: flat)
    } else {
      for part in self {
        try part.appendElements(to: &elements, shape: shape, level: level + 1)
      }
    }
  }
}

extension Tensor {
  /// A tensor with the elements of `array`, whose nesting gives the shape; a plain number gives a
  /// tensor without dimensions.
  ///
  ///     let x = try Tensor([[1.0, 2.0], [3.0, 4.0]])   // float32 [2, 2]
  ///
  /// - Parameters:
  ///   - array: A number, or an array of numbers or arrays.
  ///   - dtype: The element type. By default that of the Swift type, except that `Double`, the type
  ///     of every literal with a decimal point, becomes float32.
  ///   - requiresGrad: Whether the result is a variable.
  /// - Throws: `TensorError.shape` if parts of one level differ in length.
  public init<A: TensorConvertible>(
    _ array: A, dtype: DType? = nil, requiresGrad: Bool = false
  ) throws {
    var shape: [Int] = []
    array.appendShape(to: &shape)
    var elements: [A.Leaf] = []
    try array.appendElements(to: &elements, shape: shape, level: 0)
    try self.init(elements, shape: shape, dtype: dtype, requiresGrad: requiresGrad)
  }

  /// A tensor of the given shape with `elements` in row-major order.
  ///
  ///     let x = try Tensor([1.0, 2.0, 3.0, 4.0], shape: [2, 2])
  ///
  /// - Throws: `TensorError.shape` if their number is not the product of the sizes.
  public init<E: TensorElement>(
    _ elements: [E], shape: [Int], dtype: DType? = nil, requiresGrad: Bool = false
  ) throws {
    let sizes = try checkedSizes(shape, "Tensor")
    guard sizes.product == elements.count else {
      throw TensorError.shape(
        operation: "Tensor", shapes: [shape],
        reason: "\(elements.count) elements do not fill the shape")
    }
    let buffer = try Buffer(sizes, E.dtype)
    elements.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { buffer.data.copyMemory(from: base, byteCount: bytes.count) }
    }
    let wanted = dtype ?? (E.dtype == .float64 ? .float32 : E.dtype)
    let tensor = try Tensor(buffer).to(wanted)
    self = requiresGrad ? try tensor.requiringGrad() : tensor
  }

  /// A contiguous tensor whose elements `body` writes, in row-major order and in the memory layout
  /// of `dtype`. What it does not write is undefined.
  ///
  ///     let x = try Tensor(uninitialized: [4], dtype: .uint8) { bytes in
  ///       for i in bytes.indices { bytes[i] = UInt8(i) }
  ///     }
  public init(
    uninitialized shape: [Int], dtype: DType,
    _ body: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws {
    let buffer = try Buffer(checkedSizes(shape, "Tensor"), dtype)
    try body(UnsafeMutableRawBufferPointer(start: buffer.data, count: buffer.byteCount))
    self.init(buffer)
  }

  /// Calls `body` with the elements' bytes in row-major order; a tensor that is not contiguous is
  /// copied first.
  ///
  ///     let first = try x.withUnsafeBytes { $0[0] }
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
    let buffer = try readable("withUnsafeBytes").buffer.contiguous()
    return try withExtendedLifetime(buffer) {
      try body(UnsafeRawBufferPointer(start: buffer.data, count: buffer.byteCount))
    }
  }

  /// The elements in row-major order, converted to `E` as by `to(_:)`.
  ///
  ///     let numbers = try x.array(of: Float.self)
  public func array<E: TensorElement>(of type: E.Type = E.self) throws -> [E] {
    let converted = try noGrad { try readable("array").to(E.dtype) }
    return try converted.withUnsafeBytes { bytes in
      [E](unsafeUninitializedCapacity: converted.count) { elements, count in
        if let base = bytes.baseAddress, bytes.count > 0 {
          UnsafeMutableRawBufferPointer(elements).copyMemory(
            from: UnsafeRawBufferPointer(start: base, count: bytes.count))
        }
        count = converted.count
      }
    }
  }

  /// The only element, converted to `E`.
  ///
  ///     let hits = try correct.sum().item(Int.self)
  ///
  /// - Throws: `TensorError.shape` if there are none or several.
  public func item<E: TensorElement>(_ type: E.Type) throws -> E {
    try validate()
    guard count == 1 else {
      throw TensorError.shape(
        operation: "item", shapes: [shape], reason: "needs exactly one element, not \(count)")
    }
    return try array(of: type)[0]
  }

  /// The only element as a `Double`.
  ///
  ///     let loss = try mseLoss(x, y).item()
  ///
  /// - Throws: `TensorError.shape` if there are none or several.
  public func item() throws -> Double {
    if buffer.dtype == .float32 && buffer.count == 1 && buffer.device == .cpu {
      return Double(buffer.data.load(as: Float.self))
    }
    return try item(Double.self)
  }

  private func readable(_ operation: String) throws -> Tensor {
    if device.isOfExamples {
      throw TensorError.device(
        operation: operation,
        reason: "inside of vmap a tensor has other elements for each example, which only operations"
          + " on tensors see")
    }
    if try target == .null {
      throw TensorError.device(
        operation: operation, reason: "a tensor on the null device has no elements")
    }
    return self
  }
}

/// Sizes that a tensor can have: not negative, not too many, and with a product that fits.
func checkedSizes(_ shape: [Int], _ operation: String) throws -> Dims {
  let sizes = try Dims(shape, operation: operation)
  for size in shape where size < 0 {
    throw TensorError.shape(
      operation: operation, shapes: [shape], reason: "a size is negative (\(size))")
  }
  // Eight bytes an element: no dtype needs more.
  guard let count = sizes.checkedProduct, !count.multipliedReportingOverflow(by: 8).overflow
  else {
    throw TensorError.shape(
      operation: operation, shapes: [shape], reason: "the number of elements overflows")
  }
  return sizes
}
