/// Bytes that are read once from start to end: a file, a gzip stream, a member of a ZIP archive.
protocol ByteSource: AnyObject {
  /// An upper bound, derived from the real size of the file, on the bytes still to come. Nothing
  /// larger may be allocated on the word of a header.
  var remaining: Int { get }

  /// Fills `buffer`; throws if fewer bytes are left.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws

  /// Throws if bytes are left, or if a checksum over all that was read does not match.
  func finish() throws

  /// An error that names the file.
  func failure(_ reason: String) -> TensorError
}

extension ByteSource {
  /// The next `count` bytes, for small headers.
  func bytes(_ count: Int, of what: String) throws -> [UInt8] {
    if count > remaining { throw failure("the file ends within \(what)") }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      initialized = count
    }
  }

  /// A tensor of the next elements. The claimed size is compared with what can be there before
  /// memory is taken.
  func tensor(shape: [Int], dtype: DType, bigEndian: Bool) throws -> Tensor {
    guard let size = ElementBytes.count(shape: shape, dtype: dtype) else {
      throw failure(ElementBytes.uncountable(shape))
    }
    if size > remaining {
      throw failure(
        "shape \(shape) of \(dtype) needs \(size) bytes, at most \(remaining) follow the header"
      )
    }
    return try Tensor(uninitialized: shape, dtype: dtype) { buffer in
      try read(into: buffer)
      ElementBytes.makeNative(buffer, dtype: dtype, bigEndian: bigEndian)
    }
  }
}
