/// Elements as files hold them.
enum ElementBytes {
  /// The bytes of a tensor, or nil if they cannot be counted or the tensor has too many dimensions.
  /// Sizes of zero do not hide an overflow of the others, because strides are products of those.
  static func count(shape: [Int], dtype: DType) -> Int? {
    if shape.count > Dims.maxRank { return nil }
    var size = dtype.itemSize
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: max(extent, 1))
      if overflow || extent < 0 { return nil }
      size = product
    }
    return shape.contains(0) ? 0 : size
  }

  /// Why there is no count for `shape`.
  static func uncountable(_ shape: [Int]) -> String {
    shape.count > Dims.maxRank
      ? "the shape has \(shape.count) dimensions, at most \(Dims.maxRank) are supported"
      : "the size of shape \(shape) overflows"
  }

  /// Turns file bytes into native elements: byte order (every machine that Swift supports is
  /// little-endian), and bools that are 0 or 1 as the kernels assume.
  static func makeNative(_ bytes: UnsafeMutableRawBufferPointer, dtype: DType, bigEndian: Bool) {
    if dtype == .bool {
      for i in bytes.indices { bytes[i] = bytes[i] == 0 ? 0 : 1 }
    } else if bigEndian {
      swapBytes(bytes, itemSize: dtype.itemSize)
    }
  }

  static func swapBytes(_ bytes: UnsafeMutableRawBufferPointer, itemSize: Int) {
    switch itemSize {
    case 2: swapBytes(bytes, as: UInt16.self)
    case 4: swapBytes(bytes, as: UInt32.self)
    case 8: swapBytes(bytes, as: UInt64.self)
    default: break
    }
  }

  private static func swapBytes<Word: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeMutableRawBufferPointer, as: Word.Type
  ) {
    bytes.withMemoryRebound(to: Word.self) { words in
      for i in words.indices { words[i] = words[i].byteSwapped }
    }
  }
}
