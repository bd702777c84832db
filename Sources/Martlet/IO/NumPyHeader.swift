/// What the header of an `.npy` file says.
///
/// Source: NumPy Enhancement Proposal 1 and `numpy.lib.format` (format versions 1.0 to 3.0).
struct NumPyHeader {
  var dtype: DType
  var bigEndian = false
  var fortranOrder = false
  var shape: [Int]

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// NumPy itself refuses to read headers above 10,000 bytes unless told to.
  private static let maximumLength = 1 << 20

  init(shape: [Int], dtype: DType) {
    self.shape = shape
    self.dtype = dtype
  }

  init(from source: some ByteSource) throws {
    let start = try source.bytes(8, of: "the NumPy header")
    guard start.starts(with: Self.magic) else { throw source.failure("is not a NumPy array file") }
    let version = start[6]
    guard (1...3).contains(version), start[7] == 0 else {
      throw source.failure("NumPy format version \(version).\(start[7]) is not known")
    }
    let size = try source.bytes(version == 1 ? 2 : 4, of: "the NumPy header")
    let length = size.reversed().reduce(0) { $0 << 8 | Int($1) }
    if length > Self.maximumLength || length > source.remaining {
      throw source.failure("the header's length, \(length) bytes, is too large")
    }
    let text = try source.bytes(length, of: "the NumPy header")
    do throws(NumPyLiteral.Failure) {
      var literal = NumPyLiteral(text)
      let fields = try literal.dictionary()
      guard fields.count == 3, case .string(let descriptor) = fields["descr"],
        case .boolean(let fortranOrder) = fields["fortran_order"],
        case .integers(let shape) = fields["shape"]
      else {
        throw NumPyLiteral.Failure("it must have descr, fortran_order and shape and nothing else")
      }
      (dtype, bigEndian) = try Self.parse(descriptor: descriptor)
      self.fortranOrder = fortranOrder
      self.shape = shape
    } catch {
      throw source.failure("the NumPy header cannot be used: \(error.reason)")
    }
  }

  private static func parse(
    descriptor: String
  ) throws(NumPyLiteral.Failure) -> (DType, bigEndian: Bool) {
    var code = Substring(descriptor)
    var bigEndian = false
    switch code.first {
    case ">": bigEndian = true
    case "<", "=", "|": break
    default: throw unsupported(descriptor, "an unknown dtype")
    }
    code.removeFirst()
    for dtype in DType.allCases where Self.code(of: dtype).map({ $0 == code }) ?? false {
      if descriptor.first == "|" && dtype.itemSize > 1 {
        throw unsupported(descriptor, "a dtype without its byte order")
      }
      return (dtype, bigEndian)
    }
    switch code.first {
    case "O":
      throw unsupported(descriptor, "an array of Python objects, which only unpickling can read")
    case "V": throw unsupported(descriptor, "a structured or raw-bytes dtype")
    case "U", "S", "a": throw unsupported(descriptor, "strings")
    case "c": throw unsupported(descriptor, "complex numbers")
    case "M", "m": throw unsupported(descriptor, "dates or durations")
    case "u": throw unsupported(descriptor, "an unsigned dtype that Martlet does not have")
    default: throw unsupported(descriptor, "a dtype that Martlet does not have")
    }
  }

  private static func unsupported(_ descriptor: String, _ what: String) -> NumPyLiteral.Failure {
    .init("descr \(quoted(descriptor)) is \(what)")
  }

  /// NumPy's code of a dtype without the byte order; nil for bfloat16, which NumPy does not have.
  private static func code(of dtype: DType) -> String? {
    switch dtype {
    case .float32: "f4"
    case .float64: "f8"
    case .float16: "f2"
    case .bfloat16: nil
    case .int8: "i1"
    case .int16: "i2"
    case .int32: "i4"
    case .int64: "i8"
    case .uint8: "u1"
    case .bool: "b1"
    }
  }

  /// The header as `numpy.save` writes it, byte for byte; nil if NumPy lacks the dtype.
  func encoded() -> [UInt8]? {
    guard let code = Self.code(of: dtype) else { return nil }
    let order = dtype.itemSize == 1 ? "|" : "<"
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(order)\(code)', 'fortran_order': False, 'shape': (\(extents)), }"
    // NumPy leaves room for the first extent to grow to any 64-bit number in place.
    if let first = shape.first {
      text += String(repeating: " ", count: 21 - String(first).count)
    }
    let prefix = Self.magic.count + 4
    let length = text.utf8.count + 1
    let padding = 64 - (prefix + length) % 64
    text += String(repeating: " ", count: padding) + "\n"
    let total = length + padding
    return Self.magic + [1, 0, UInt8(total & 0xFF), UInt8(total >> 8 & 0xFF)] + Array(text.utf8)
  }
}
