/// How the elements of a dtype lie in memory.
enum ElementType: String {
  case float32, float64, float16, bfloat16
  case int8, int16, int32, int64, uint8, bool
  case complex32, complex64, complex128

  init(name: String) throws {
    guard let type = ElementType(rawValue: name) else { throw DataError("unknown dtype \(name)") }
    self = type
  }

  var isComplex: Bool {
    switch self {
    case .complex32, .complex64, .complex128: true
    default: false
    }
  }

  var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .bool: true
    default: false
    }
  }

  /// The type of each part of a complex number; otherwise the type itself.
  var part: ElementType {
    switch self {
    case .complex32: .float16
    case .complex64: .float32
    case .complex128: .float64
    default: self
    }
  }

  /// Bytes of one element.
  var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .float16, .bfloat16, .int16: 2
    case .float32, .int32, .complex32: 4
    case .float64, .int64, .complex64: 8
    case .complex128: 16
    }
  }

  /// The real number at `index`, counted in parts; within the bounds of `bytes`.
  func real(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Double {
    func load<T: BitwiseCopyable>(_: T.Type) -> T {
      bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
    }
    return switch part {
    case .float32: Double(load(Float.self))
    case .float64: load(Double.self)
    case .float16: Double(load(Float16.self))
    case .bfloat16: Double(Float(bitPattern: UInt32(load(UInt16.self)) << 16))
    default: Double(integer(bytes, index))
    }
  }

  func integer(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int64 {
    func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) -> Int64 {
      Int64(bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self))
    }
    return switch self {
    case .int8: load(Int8.self)
    case .int16: load(Int16.self)
    case .int32: load(Int32.self)
    case .int64: load(Int64.self)
    default: load(UInt8.self)
    }
  }
}
