/// A Swift type whose values can be elements of a tensor.
public protocol TensorElement: Sendable {
  /// The dtype with this type's memory layout.
  static var dtype: DType { get }
}

extension Float: TensorElement { public static var dtype: DType { .float32 } }
extension Double: TensorElement { public static var dtype: DType { .float64 } }
extension Int8: TensorElement { public static var dtype: DType { .int8 } }
extension Int16: TensorElement { public static var dtype: DType { .int16 } }
extension Int32: TensorElement { public static var dtype: DType { .int32 } }
extension Int64: TensorElement { public static var dtype: DType { .int64 } }
extension Int: TensorElement { public static var dtype: DType { .int64 } }
extension UInt8: TensorElement { public static var dtype: DType { .uint8 } }
extension Bool: TensorElement { public static var dtype: DType { .bool } }
#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: TensorElement { public static var dtype: DType { .float16 } }
#endif

/// A plain number beside tensors, as in `x * 2`.
///
/// It has a kind and no width: `x + 1` has x's dtype if that is an integer or floating-point one,
/// and `x + 0.5` is float32 when x holds integers.
public enum Scalar: Sendable, Hashable {
  /// Bool beside tensors.
  case bool(Bool)
  /// int64 where it has to have a dtype.
  case int(Int)
  /// float32 where it has to have a dtype.
  case float(Double)

  var defaultDType: DType {
    switch self {
    case .bool: .bool
    case .int: .int64
    case .float: .float32
    }
  }

  var category: DType.Category { defaultDType.category }

  var double: Double {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .float(let value): value
    }
  }

  /// The number as an integer: rounded towards zero, and clamped to the range of `Int` (NaN gives
  /// 0).
  var integer: Int {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): value
    case .float(let value): Int(clamping: value)
    }
  }

  var isZero: Bool { double == 0 }
}

extension Int {
  /// Rounds towards zero; what does not fit gives the nearest integer, and NaN gives 0.
  init(clamping value: Double) {
    if value.isNaN {
      self = 0
    } else if let exact = Int(exactly: value.rounded(.towardZero)) {
      self = exact
    } else {
      self = value < 0 ? .min : .max
    }
  }
}

/// A Swift number that can stand beside a tensor in an expression.
public protocol ScalarConvertible {
  /// The number with its kind.
  var scalar: Scalar { get }
}

extension Scalar: ScalarConvertible { public var scalar: Scalar { self } }
extension Bool: ScalarConvertible { public var scalar: Scalar { .bool(self) } }

extension BinaryInteger where Self: ScalarConvertible {
  /// An integer of no particular width.
  public var scalar: Scalar { .int(Int(clamping: self)) }
}
extension Int: ScalarConvertible {}
extension Int8: ScalarConvertible {}
extension Int16: ScalarConvertible {}
extension Int32: ScalarConvertible {}
extension Int64: ScalarConvertible {}
extension UInt8: ScalarConvertible {}

extension BinaryFloatingPoint where Self: ScalarConvertible {
  /// A floating-point number of no particular width.
  public var scalar: Scalar { .float(Double(self)) }
}
extension Float: ScalarConvertible {}
extension Double: ScalarConvertible {}
#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: ScalarConvertible {}
#endif
