import Glibc

/// Writing a file so that its name stands for the old contents or for all of the new ones, whatever
/// fails.
package enum AtomicFile {
  /// Calls `body` with the name of a file to create in the directory of `path`; when it returns,
  /// syncs that file and renames it to `path`. If anything throws, the new file is removed and the
  /// one at `path` stays untouched.
  ///
  /// A symbolic link at `path` is followed and stays; the permissions of a replaced file are kept.
  static func replace(_ path: String, _ body: (_ temporary: String) throws -> Void) throws {
    let target = resolvingLinks(try checkedPath(path))
    var status = stat()
    let exists = stat(target, &status) == 0
    // Renaming over a device or a pipe would delete it.
    if exists && status.st_mode & S_IFMT != S_IFREG {
      throw TensorError.file(path: path, reason: "exists and is not a regular file")
    }
    let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
    let directory = slash.map { String(target[...$0]) } ?? "./"
    let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let temporary = "\(directory).martlet-\(suffix).tmp"
    do {
      try body(temporary)
      try sync(temporary, for: path, mode: exists ? status.st_mode & 0o7777 : nil)
      if rename(temporary, target) != 0 { throw TensorError.system(path, "cannot be replaced") }
    } catch {
      unlink(temporary)
      throw error
    }
    // The new name is durable only with its directory; some file systems cannot sync one, which
    // harms nothing.
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
  }

  /// `replace` for a file that is written from start to end.
  package static func write(_ path: String, _ body: (OutputFile) throws -> Void) throws {
    try replace(path) { temporary in
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0 { throw TensorError.system(path, "cannot be created") }
      defer { close(descriptor) }
      try body(OutputFile(path: path, descriptor: descriptor))
    }
  }

  private static func resolvingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func sync(_ temporary: String, for path: String, mode: mode_t?) throws {
    let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw TensorError.system(path, "cannot be reopened") }
    defer { close(descriptor) }
    if let mode, fchmod(descriptor, mode) != 0 {
      throw TensorError.system(path, "cannot be given the permissions of the file it replaces")
    }
    if fsync(descriptor) != 0 { throw TensorError.system(path, "cannot be written to disk") }
  }
}

/// A file that `AtomicFile` is writing.
package struct OutputFile {
  let path: String
  let descriptor: Int32

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { throw TensorError.system(path, "cannot be written") }
      done += count
    }
  }

  package func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }
}
