/// The header of a safetensors file: which tensors there are and which bytes after the header are
/// theirs.
struct SafetensorsHeader {
  struct Entry: Sendable {
    var name: String
    var dtype: DType
    var shape: [Int]
    /// Positions relative to the end of the header.
    var bytes: Range<Int>
  }

  private static let metadataKey = "__metadata__"

  /// The reference implementation refuses longer ones too.
  static let maximumLength = 100_000_000

  var entries: [Entry] = []
  var metadata: [String: String] = [:]

  /// Parses header text. `dataSize` is what the file holds after it, all of which must belong to
  /// exactly one tensor.
  init(parsing text: UnsafeRawBufferPointer, dataSize: Int) throws(JSON.Failure) {
    guard text.first == UInt8(ascii: "{"),
      case .object(let members) = try JSON(parsing: text, maximumDepth: 8)
    else { throw JSON.Failure("it is not a JSON object") }
    for member in members {
      if member.key == Self.metadataKey {
        metadata = try Self.metadata(member.value)
      } else {
        do {
          entries.append(try Self.entry(member))
        } catch {
          throw JSON.Failure("tensor \(quoted(member.key)) \(error.description)")
        }
      }
    }
    try checkLayout(dataSize: dataSize)
  }

  private static func metadata(_ value: JSON) throws(JSON.Failure) -> [String: String] {
    guard case .object(let members) = value else {
      throw JSON.Failure("its metadata is not an object")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else {
        throw JSON.Failure("the metadata \(quoted(member.key)) is not a string")
      }
      metadata[member.key] = text
    }
    return metadata
  }

  private static func entry(_ member: JSON.Member) throws(JSON.Failure) -> Entry {
    var dtype: DType?
    var shape: [Int]?
    var offsets: [Int]?
    guard case .object(let fields) = member.value else { throw JSON.Failure("is not an object") }
    for field in fields {
      switch (field.key, field.value) {
      case ("dtype", .string(let code)): dtype = try Self.dtype(code)
      case ("shape", .array(let values)): shape = try integers(values, of: "shape")
      case ("data_offsets", .array(let values)): offsets = try integers(values, of: "data_offsets")
      default: throw JSON.Failure("has a malformed or unknown field \(quoted(field.key))")
      }
    }
    guard let dtype, let shape, let offsets else {
      throw JSON.Failure("lacks its dtype, shape or data_offsets")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw JSON.Failure("has data_offsets \(offsets), which are no range")
    }
    guard let size = ElementBytes.count(shape: shape, dtype: dtype) else {
      throw JSON.Failure("cannot be read: \(ElementBytes.uncountable(shape))")
    }
    guard size == offsets[1] - offsets[0] else {
      throw JSON.Failure(
        "has \(offsets[1] - offsets[0]) bytes, but shape \(shape) of \(dtype) needs \(size)")
    }
    return Entry(name: member.key, dtype: dtype, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  private static func integers(
    _ values: [JSON], of field: String
  ) throws(JSON.Failure) -> [Int] {
    var result: [Int] = []
    for value in values {
      guard case .number(let number) = value, let integer = Int(exactly: number), integer >= 0,
        integer <= 1 << 53
      else { throw JSON.Failure("has a \(field) with something else than sizes") }
      result.append(integer)
    }
    return result
  }

  /// Bytes that belong to no tensor or to two would let one file mean different things to different
  /// readers.
  private func checkLayout(dataSize: Int) throws(JSON.Failure) {
    var end = 0
    let sorted = entries.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    for entry in sorted {
      let (start, name) = (entry.bytes.lowerBound, quoted(entry.name))
      if entry.bytes.upperBound > dataSize {
        throw JSON.Failure(
          "tensor \(name) ends at byte \(entry.bytes.upperBound) of the data, which has \(dataSize)"
        )
      }
      if start < end { throw JSON.Failure("tensor \(name) overlaps the one before it") }
      if start > end {
        throw JSON.Failure("bytes \(end) to \(start) of the data belong to no tensor")
      }
      end = entry.bytes.upperBound
    }
    if end < dataSize {
      throw JSON.Failure("\(dataSize - end) bytes after the last tensor belong to none")
    }
  }

  private static func dtype(_ code: String) throws(JSON.Failure) -> DType {
    for dtype in DType.allCases where Self.code(of: dtype) == code { return dtype }
    throw JSON.Failure("has dtype \(quoted(code)), which Martlet does not have")
  }

  private static func code(of dtype: DType) -> String {
    switch dtype {
    case .float32: "F32"
    case .float64: "F64"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }

  /// A header that lists tensors in their order and lays out their bytes by falling item size,
  /// which aligns each.
  init(describing tensors: TensorDictionary, metadata: [String: String]) throws(JSON.Failure) {
    self.metadata = metadata
    for (name, tensor) in tensors {
      if name == Self.metadataKey {
        throw JSON.Failure("no tensor may be named \(Self.metadataKey)")
      }
      entries.append(Entry(name: name, dtype: tensor.dtype, shape: tensor.shape, bytes: 0..<0))
    }
    var end = 0
    for i in layout {
      guard let size = ElementBytes.count(shape: entries[i].shape, dtype: entries[i].dtype) else {
        throw JSON.Failure(ElementBytes.uncountable(entries[i].shape))
      }
      let (next, overflow) = end.addingReportingOverflow(size)
      // Expanded views can describe more elements than there is memory for.
      if overflow { throw JSON.Failure("the tensors are too large") }
      entries[i].bytes = end..<next
      end = next
    }
  }

  /// The positions of the entries in the order of their bytes.
  var layout: [Int] {
    entries.indices.sorted {
      (-entries[$0].dtype.itemSize, $0) < (-entries[$1].dtype.itemSize, $1)
    }
  }

  /// The header's length and text, padded with spaces so that the data after them is aligned to 8
  /// bytes.
  func encoded() throws(JSON.Failure) -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let fields = metadata.sorted { $0.key < $1.key }.map {
        JSON.Member($0.key, .string($0.value))
      }
      members.append(JSON.Member(Self.metadataKey, .object(fields)))
    }
    for entry in entries {
      let numbers = { (values: [Int]) in JSON.array(values.map { .number(Double($0)) }) }
      members.append(
        JSON.Member(
          entry.name,
          .object([
            JSON.Member("dtype", .string(Self.code(of: entry.dtype))),
            JSON.Member("shape", numbers(entry.shape)),
            JSON.Member("data_offsets", numbers([entry.bytes.lowerBound, entry.bytes.upperBound])),
          ])))
    }
    var text = try JSON.object(members).serialized()
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    if text.count > Self.maximumLength { throw JSON.Failure("the header would exceed 100 MB") }
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
  }
}
