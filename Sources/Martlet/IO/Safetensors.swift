/// Tensors in safetensors files, the format in which most pretrained weights are published.
///
/// Source: https://huggingface.co/docs/safetensors (format and its restrictions).
public enum Safetensors {
  /// All tensors of a file, in the order of its header.
  ///
  ///     let weights = try Safetensors.load("model.safetensors")
  /// - Throws: `TensorError.file` if the file cannot be read, is damaged or breaks a rule of the
  ///   format, or if a tensor has a dtype that Martlet does not have.
  public static func load(_ path: String) throws -> TensorDictionary {
    let file = try SafetensorsFile(path)
    return TensorDictionary(try file.names.map { ($0, try file.tensor($0)) })
  }

  /// Writes tensors in their order, with `metadata` for readers that want it. A file at `path` is
  /// replaced at once when all is written, or not at all. Equal arguments give equal bytes.
  ///
  ///     try Safetensors.save(net.stateDict(), metadata: ["epoch": "3"], to: "model.safetensors")
  /// - Throws: `TensorError.file` if the file cannot be written, or if a name is `__metadata__` or
  ///   contains NUL.
  public static func save(
    _ tensors: TensorDictionary, metadata: [String: String] = [:], to path: String
  ) throws {
    let header: SafetensorsHeader
    let text: [UInt8]
    do throws(JSON.Failure) {
      header = try SafetensorsHeader(describing: tensors, metadata: metadata)
      text = try header.encoded()
    } catch {
      throw TensorError.file(path: path, reason: "cannot be written: \(error.description)")
    }
    try AtomicFile.write(path) { file in
      try file.write(text)
      for position in header.layout {
        try tensors[position].tensor.withUnsafeBytes { try file.write($0) }
      }
    }
  }
}

/// A safetensors file that is open for reading tensors one at a time.
///
/// The header is read and checked at once, the elements of a tensor only when it is asked for.
///
///     let bias = try SafetensorsFile("model.safetensors").tensor("head.bias")
public struct SafetensorsFile: Sendable {
  /// The strings that the writer added.
  public let metadata: [String: String]

  private let file: InputFile
  private let dataStart: Int
  private let entries: [SafetensorsHeader.Entry]
  private let positions: [String: Int]

  /// Opens the file at `path` and reads its header.
  ///
  /// - Throws: `TensorError.file` if the file cannot be read or its header breaks a rule of the
  ///   format.
  public init(_ path: String) throws {
    let file = try InputFile(path)
    if file.size < 8 { throw file.failure("is not a safetensors file: it has \(file.size) bytes") }
    var length: UInt64 = 0
    try withUnsafeMutableBytes(of: &length) { try file.read(at: 0, into: $0) }
    length = UInt64(littleEndian: length)
    if length > UInt64(file.size - 8) {
      throw file.failure("the header's length, \(length) bytes, is larger than the file")
    }
    if length > SafetensorsHeader.maximumLength {
      throw file.failure("the header's length, \(length) bytes, is above the limit of 100 MB")
    }
    let dataStart = 8 + Int(length)
    let text = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(length), alignment: 1)
    defer { text.deallocate() }
    try file.read(at: 8, into: text)
    do throws(JSON.Failure) {
      let header = try SafetensorsHeader(
        parsing: UnsafeRawBufferPointer(text), dataSize: file.size - dataStart)
      entries = header.entries
      metadata = header.metadata
    } catch {
      throw file.failure("the safetensors header cannot be used: \(error.description)")
    }
    positions = Dictionary(uniqueKeysWithValues: zip(entries.map(\.name), entries.indices))
    self.file = file
    self.dataStart = dataStart
  }

  /// The names of the tensors in the header's order.
  public var names: [String] { entries.map(\.name) }

  /// A tensor's shape and dtype, without its elements; nil if there is none of this name.
  ///
  ///     let shape = try SafetensorsFile("model.safetensors").description(of: "head.bias")?.shape
  public func description(of name: String) -> (shape: [Int], dtype: DType)? {
    positions[name].map { (entries[$0].shape, entries[$0].dtype) }
  }

  /// Reads one tensor.
  ///
  ///     let bias = try SafetensorsFile("model.safetensors").tensor("head.bias")
  ///
  /// - Throws: `TensorError.file` if there is none of this name or reading fails.
  public func tensor(_ name: String) throws -> Tensor {
    guard let position = positions[name] else {
      throw file.failure("has no tensor \(quoted(name))")
    }
    let entry = entries[position]
    return try Tensor(uninitialized: entry.shape, dtype: entry.dtype) { buffer in
      try file.read(at: dataStart + entry.bytes.lowerBound, into: buffer)
      ElementBytes.makeNative(buffer, dtype: entry.dtype, bigEndian: false)
    }
  }
}
