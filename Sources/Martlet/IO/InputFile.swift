import Glibc

/// A regular file that is open for reading. Reads name their position, so that tasks can share it.
///
/// Reading is by `pread` and not through a mapping: a mapped file that another process cuts short
/// ends this one with a signal.
final class InputFile: Sendable {
  let path: String
  let size: Int
  let descriptor: Int32

  init(_ path: String) throws {
    self.path = try checkedPath(path)
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw TensorError.system(path, "cannot be opened") }
    var status = stat()
    if fstat(descriptor, &status) != 0 {
      let code = errno
      close(descriptor)
      throw TensorError.system(path, "cannot be examined", code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw TensorError.file(path: path, reason: "is not a regular file")
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  func failure(_ reason: String) -> TensorError { .file(path: path, reason: reason) }

  /// Fills `buffer` with the bytes from `offset` on.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw TensorError.system(path, "cannot be read") }
      if count == 0 { throw failure("ends at byte \(offset + done) while it is being read") }
      done += count
    }
  }
}

/// An `InputFile` from its start to its end.
final class InputFileSource: ByteSource {
  private let file: InputFile
  private var position = 0

  init(_ file: InputFile) { self.file = file }

  var remaining: Int { file.size - position }

  func failure(_ reason: String) -> TensorError { file.failure(reason) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    try file.read(at: position, into: buffer)
    position += buffer.count
  }

  func finish() throws {
    if remaining > 0 { throw failure("has \(remaining) bytes after the array") }
  }
}
