import CZip
import Glibc

/// A ZIP archive that is open for reading. Not for sharing between tasks.
///
/// What the directory claims about sizes is checked against the file before anything relies on it,
/// so a small archive cannot ask for large memory.
final class ZipArchive {
  struct Entry {
    let name: String
    let size: Int
    let compressedSize: Int
    fileprivate let index: UInt64
  }

  private let file: InputFile
  fileprivate let archive: OpaquePointer
  let entries: [Entry]

  init(_ file: InputFile) throws {
    self.file = file
    let archive = try Self.open(file)
    do {
      entries = try Self.entries(of: archive, in: file)
    } catch {
      zip_discard(archive)
      throw error
    }
    self.archive = archive
  }

  deinit { zip_discard(archive) }

  func failure(_ reason: String) -> TensorError { file.failure(reason) }

  func open(_ entry: Entry) throws -> ZipMember { try ZipMember(entry, of: self) }

  private static func open(_ file: InputFile) throws -> OpaquePointer {
    let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
    if copy < 0 { throw TensorError.system(file.path, "cannot be opened") }
    lseek(copy, 0, SEEK_SET)
    var code: Int32 = 0
    if let archive = zip_fdopen(copy, 0, &code) { return archive }
    close(copy)
    var error = zip_error_t()
    zip_error_init_with_code(&error, code)
    defer { zip_error_fini(&error) }
    throw file.failure(
      "is not a usable ZIP archive (\(String(cString: zip_error_strerror(&error))))")
  }

  private static func entries(of archive: OpaquePointer, in file: InputFile) throws -> [Entry] {
    var entries: [Entry] = []
    var total = 0
    for index in 0..<UInt64(clamping: zip_get_num_entries(archive, 0)) {
      var status = zip_stat_t()
      guard zip_stat_index(archive, index, 0, &status) == 0, let text = status.name,
        let name = String(validatingCString: text)
      else { throw file.failure("the ZIP directory is damaged at entry \(index)") }
      func refusal(_ reason: String) -> TensorError {
        file.failure("member \(quoted(name)) \(reason)")
      }
      guard status.encryption_method == ZIP_EM_NONE else { throw refusal("is encrypted") }
      guard let size = Int(exactly: status.size),
        let compressedSize = Int(exactly: status.comp_size)
      else { throw refusal("has an impossible size") }
      let limit: Int
      switch Int32(status.comp_method) {
      case ZIP_CM_STORE: limit = compressedSize
      case ZIP_CM_DEFLATE: limit = Deflate.maximumSize(compressed: compressedSize)
      default:
        throw refusal(
          "is compressed by method \(status.comp_method); only stored and deflated ones are read")
      }
      // The sum also refuses members that share bytes, the way of archives that unpack without end.
      let (sum, overflow) = total.addingReportingOverflow(compressedSize)
      if overflow || sum > file.size || size > limit {
        throw refusal("claims \(size) bytes from \(compressedSize) in an archive of \(file.size)")
      }
      total = sum
      entries.append(Entry(name: name, size: size, compressedSize: compressedSize, index: index))
    }
    return entries
  }
}

/// The contents of one member of a ZIP archive.
final class ZipMember: ByteSource {
  private let archive: ZipArchive
  private let entry: ZipArchive.Entry
  private let stream: OpaquePointer
  private(set) var remaining: Int

  fileprivate init(_ entry: ZipArchive.Entry, of archive: ZipArchive) throws {
    guard let stream = zip_fopen_index(archive.archive, entry.index, 0) else {
      let text = String(cString: zip_strerror(archive.archive))
      throw archive.failure("member \(quoted(entry.name)) cannot be opened (\(text))")
    }
    self.archive = archive
    self.entry = entry
    self.stream = stream
    remaining = entry.size
  }

  deinit { zip_fclose(stream) }

  func failure(_ reason: String) -> TensorError {
    archive.failure("member \(quoted(entry.name)): \(reason)")
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let count = zip_fread(
        stream, buffer.baseAddress.map { $0 + done }, UInt64(buffer.count - done))
      if count < 0 { throw damaged() }
      if count == 0 { throw failure("has less data than its header says") }
      done += Int(count)
    }
    remaining -= buffer.count
  }

  func finish() throws {
    var byte: UInt8 = 0
    // Only the read that meets the end compares the checksum.
    let count = zip_fread(stream, &byte, 1)
    if count < 0 { throw damaged() }
    if count > 0 { throw failure("has more data than its header says") }
  }

  private func damaged() -> TensorError {
    let text = String(cString: zip_error_strerror(zip_file_get_error(stream)))
    return failure("the data is damaged (\(text))")
  }
}
