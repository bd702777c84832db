/// The type of a tensor's elements.
///
/// The raw values are those of the C kernels' `mk_dtype`.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
  /// IEEE 754 with 32 bits; what floating-point tensors are by default.
  case float32
  /// IEEE 754 with 64 bits.
  case float64
  /// IEEE 754 with 16 bits: 11 significant ones, up to 65504.
  case float16
  /// The upper half of a float32: 8 significant bits, of float32's range.
  case bfloat16
  /// Integers from -128 to 127.
  case int8
  /// Integers from -32768 to 32767.
  case int16
  /// Integers from -2^31 to 2^31 - 1.
  case int32
  /// Integers from -2^63 to 2^63 - 1; what integer tensors and indices are by default.
  case int64
  /// Integers from 0 to 255.
  case uint8
  /// True or false, a byte each.
  case bool

  /// The bytes that one element takes.
  public var itemSize: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// Whether the elements are floating-point numbers.
  public var isFloatingPoint: Bool { category == .floating }

  /// Whether the elements are integers; `bool` is not among them.
  public var isInteger: Bool { category == .integral }

  /// Whether the elements can be negative.
  public var isSigned: Bool { self != .uint8 && self != .bool }

  enum Category: UInt8, Comparable {
    case boolean, integral, floating

    static func < (a: Category, b: Category) -> Bool { a.rawValue < b.rawValue }
  }

  var category: Category {
    switch self {
    case .float32, .float64, .float16, .bfloat16: .floating
    case .int8, .int16, .int32, .int64, .uint8: .integral
    case .bool: .boolean
    }
  }
}

extension DType: CustomStringConvertible {
  /// The name of the case, which is PyTorch's: `float32`.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }
}
