import CZip
import Glibc

/// Writing ZIP archives whose members are a header followed by the elements of a tensor.
enum ZipWriter {
  struct Member {
    var name: String
    var header: [UInt8]
    var tensor: Tensor
  }

  /// Replaces the file at `path` at once, or leaves it as it was. Equal members give equal bytes:
  /// the members' time is always the ZIP format's first day, as in NumPy's archives.
  static func write(_ members: [Member], to path: String, compressed: Bool) throws {
    for member in members where member.name.utf8.contains(0) {
      throw TensorError.file(path: path, reason: "the name \(quoted(member.name)) contains NUL")
    }
    if members.isEmpty {
      // libzip removes an archive without members instead of writing its end record.
      let endRecord: [UInt8] = [0x50, 0x4B, 0x05, 0x06] + [UInt8](repeating: 0, count: 18)
      return try AtomicFile.write(path) { try $0.write(endRecord) }
    }
    try AtomicFile.replace(path) { temporary in
      var code: Int32 = 0
      guard let archive = zip_open(temporary, ZIP_CREATE | ZIP_EXCL, &code) else {
        var error = zip_error_t()
        zip_error_init_with_code(&error, code)
        defer { zip_error_fini(&error) }
        throw TensorError.file(
          path: path, reason: "cannot be created (\(String(cString: zip_error_strerror(&error))))")
      }
      do {
        for member in members { try add(member, to: archive, compressed: compressed, path: path) }
        if zip_close(archive) != 0 { throw failure(archive, path) }
      } catch {
        zip_discard(archive)
        throw error
      }
    }
  }

  private static func add(
    _ member: Member, to archive: OpaquePointer, compressed: Bool, path: String
  ) throws {
    let content = Unmanaged.passRetained(MemberContent(member))
    guard let source = zip_source_function(archive, MemberContent.callback, content.toOpaque())
    else {
      content.release()
      throw failure(archive, path)
    }
    // The archive owns the source, and the source its content, only once the member has been added.
    let index = zip_file_add(archive, member.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    if index < 0 {
      zip_source_free(source)
      throw failure(archive, path)
    }
    let firstOfJanuary1980: UInt16 = 1 << 5 | 1
    let method = compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE
    if zip_set_file_compression(archive, UInt64(index), method, 0) != 0
      || zip_file_set_dostime(archive, UInt64(index), 0, firstOfJanuary1980, 0) != 0
    {
      throw failure(archive, path)
    }
  }

  private static func failure(_ archive: OpaquePointer, _ path: String) -> TensorError {
    .file(path: path, reason: "cannot be written (\(String(cString: zip_strerror(archive))))")
  }
}

/// What libzip asks for while it writes one member. Bytes are held only between its open and close
/// commands, so of all tensors one at a time is copied.
private final class MemberContent {
  private let member: ZipWriter.Member
  private var bytes: UnsafeMutableRawPointer?
  private var size = 0
  private var position = 0
  private var error = zip_error_t()

  init(_ member: ZipWriter.Member) {
    self.member = member
    zip_error_init(&error)
  }

  deinit {
    free(bytes)
    zip_error_fini(&error)
  }

  static let callback: zip_source_callback = { context, data, length, command in
    guard let context else { return -1 }
    let content = Unmanaged<MemberContent>.fromOpaque(context)
    if command == ZIP_SOURCE_FREE {
      content.release()
      return 0
    }
    return content.takeUnretainedValue().answer(command, data, length)
  }

  private func answer(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: UInt64
  ) -> Int64 {
    switch command {
    case ZIP_SOURCE_OPEN:
      return open()
    case ZIP_SOURCE_READ:
      guard let data, let bytes else { return fail(ZIP_ER_INTERNAL) }
      let count = min(Int(clamping: length), size - position)
      memcpy(data, bytes + position, count)
      position += count
      return Int64(count)
    case ZIP_SOURCE_CLOSE:
      free(bytes)
      bytes = nil
      return 0
    case ZIP_SOURCE_STAT:
      guard let status = data?.assumingMemoryBound(to: zip_stat_t.self),
        let elements = ElementBytes.count(shape: member.tensor.shape, dtype: member.tensor.dtype)
      else { return fail(ZIP_ER_INTERNAL) }
      zip_stat_init(status)
      status.pointee.size = UInt64(member.header.count + elements)
      status.pointee.valid |= UInt64(ZIP_STAT_SIZE)
      return Int64(MemoryLayout<zip_stat_t>.size)
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&error, data, length)
    case ZIP_SOURCE_SUPPORTS:
      let commands = [
        ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
        ZIP_SOURCE_FREE,
      ]
      return commands.reduce(0) { $0 | 1 << Int64($1.rawValue) }
    default:
      return fail(ZIP_ER_OPNOTSUPP)
    }
  }

  private func open() -> Int64 {
    do {
      try member.tensor.withUnsafeBytes { elements in
        size = member.header.count + elements.count
        position = 0
        bytes = malloc(size)
        guard let bytes else { return }
        let content = UnsafeMutableRawBufferPointer(start: bytes, count: size)
        content.copyBytes(from: member.header)
        UnsafeMutableRawBufferPointer(rebasing: content[member.header.count...]).copyMemory(
          from: elements)
      }
    } catch {
      return fail(ZIP_ER_INTERNAL)
    }
    return bytes == nil ? fail(ZIP_ER_MEMORY) : 0
  }

  private func fail(_ code: Int32) -> Int64 {
    zip_error_set(&error, code, 0)
    return -1
  }
}
