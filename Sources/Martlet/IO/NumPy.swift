/// NumPy's array files (`.npy`) and archives of them (`.npz`).
///
/// Arrays of Python objects, structured dtypes, strings, complex numbers and integers that Martlet
/// has no dtype for are refused; nothing is ever unpickled.
public enum NumPy {
  /// The array of an `.npy` file of format version 1.0, 2.0 or 3.0, of either byte order and memory
  /// order.
  ///
  ///     let x = try NumPy.load("x.npy")
  /// - Throws: `TensorError.file` if the file cannot be read, is damaged, or holds something else
  ///   than one array.
  public static func load(_ path: String) throws -> Tensor {
    try read(from: InputFileSource(InputFile(path)))
  }

  /// Writes an array as `numpy.save` does. A file at `path` is replaced at once when all is
  /// written, or not at all.
  ///
  ///     try NumPy.save(x, to: "x.npy")
  /// - Throws: `TensorError.file` if the file cannot be written, and for bfloat16, which NumPy does
  ///   not have: convert to float32, which holds every value, or save as safetensors.
  public static func save(_ tensor: Tensor, to path: String) throws {
    let header = try header(of: tensor, named: nil, path: path)
    try AtomicFile.write(path) { file in
      try file.write(header)
      try tensor.withUnsafeBytes { try file.write($0) }
    }
  }

  /// The arrays of an `.npz` archive, stored or deflated, in the archive's order and by their names
  /// in Python, that is without `.npy`.
  ///
  ///     let arrays = try NumPy.loadArchive("arrays.npz")
  /// - Throws: `TensorError.file` if the archive or an array in it cannot be read, is damaged or is
  ///   encrypted, if a name occurs twice, or if a member is not an array.
  public static func loadArchive(_ path: String) throws -> TensorDictionary {
    let archive = try ZipArchive(InputFile(path))
    var tensors = TensorDictionary()
    for entry in archive.entries {
      guard entry.name.hasSuffix(".npy") else {
        throw archive.failure("member \(quoted(entry.name)) is not an .npy array")
      }
      let name = String(entry.name.dropLast(4))
      if tensors[name] != nil { throw archive.failure("has two members \(quoted(entry.name))") }
      tensors[name] = try read(from: archive.open(entry))
    }
    return tensors
  }

  /// Writes arrays as `numpy.savez` does, or as `numpy.savez_compressed` with `compressed`. A file
  /// at `path` is replaced at once when all is written, or not at all.
  ///
  ///     try NumPy.saveArchive(["x": x, "y": y], to: "arrays.npz", compressed: true)
  /// - Throws: `TensorError.file` if the file cannot be written and, as `save` does, for bfloat16.
  public static func saveArchive(
    _ tensors: TensorDictionary, to path: String, compressed: Bool = false
  ) throws {
    let members = try tensors.map { name, tensor in
      ZipWriter.Member(
        name: name + ".npy", header: try header(of: tensor, named: name, path: path), tensor: tensor
      )
    }
    try ZipWriter.write(members, to: path, compressed: compressed)
  }

  private static func header(of tensor: Tensor, named name: String?, path: String) throws -> [UInt8]
  {
    let header = NumPyHeader(shape: tensor.shape, dtype: tensor.dtype)
    if let encoded = header.encoded() { return encoded }
    let subject = name.map { "tensor \(quoted($0))" } ?? "the tensor"
    throw TensorError.file(
      path: path, reason: "NumPy has no dtype for \(tensor.dtype); convert \(subject) to float32")
  }

  private static func read(from source: some ByteSource) throws -> Tensor {
    let header = try NumPyHeader(from: source)
    let shape = header.fortranOrder ? header.shape.reversed() : header.shape
    let tensor = try source.tensor(shape: shape, dtype: header.dtype, bigEndian: header.bigEndian)
    try source.finish()
    return header.fortranOrder ? try tensor.permute(Array(shape.indices.reversed())) : tensor
  }
}
