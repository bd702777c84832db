import Glibc

extension TensorError {
  /// What the C library said about its last failure, as an error about `path`.
  static func system(_ path: String, _ action: String, code: Int32 = errno) -> TensorError {
    .file(path: path, reason: "\(action): \(String(cString: strerror(code)))")
  }
}

/// `name` as it may stand in an error message: a file can hold names of any length and with control
/// characters.
func quoted(_ name: String) -> String {
  let limit = 100
  let short = name.prefix(limit)
  return String(short).debugDescription + (short.endIndex < name.endIndex ? "..." : "")
}

/// A path for the C library, which would silently end it at a NUL.
func checkedPath(_ path: String) throws -> String {
  if path.isEmpty { throw TensorError.file(path: path, reason: "the path is empty") }
  if path.utf8.contains(0) {
    throw TensorError.file(path: path, reason: "the path contains a NUL character")
  }
  return path
}
