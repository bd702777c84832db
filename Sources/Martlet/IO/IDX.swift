/// The IDX format of the MNIST files: a big-endian header and array, often compressed with gzip.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "The
/// IDX file format".
public enum IDX {
  /// The array of a file, compressed or not: uint8, int8, int16, int32, float32 or float64, with
  /// the shape that the file gives (`[N, 28, 28]` for MNIST images, `[N]` for its labels).
  ///
  ///     let labels = try IDX.load("train-labels-idx1-ubyte.gz")
  /// - Throws: `TensorError.file` if the file cannot be read, is damaged, or is longer or shorter
  ///   than its header says.
  public static func load(_ path: String) throws -> Tensor {
    let source = try GzipSource(InputFile(path))
    let start = try source.bytes(4, of: "the IDX header")
    guard start[0] == 0, start[1] == 0, let dtype = dtypes[start[2]] else {
      throw source.failure("is not an IDX file: it does not start with a known type")
    }
    let sizes = try source.bytes(4 * Int(start[3]), of: "the IDX header")
    let shape = stride(from: 0, to: sizes.count, by: 4).map { i in
      sizes[i..<i + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    let tensor = try source.tensor(shape: shape, dtype: dtype, bigEndian: true)
    try source.finish()
    return tensor
  }

  private static let dtypes: [UInt8: DType] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]
}
