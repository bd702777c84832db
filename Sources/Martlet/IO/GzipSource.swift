import CZlib
import Glibc

/// A file that is read through zlib, which passes files that are not gzip streams through as they
/// are.
final class GzipSource: ByteSource {
  private let file: InputFile
  private let stream: gzFile
  private var limit: Int

  init(_ file: InputFile) throws {
    self.file = file
    let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
    if copy < 0 { throw TensorError.system(file.path, "cannot be opened") }
    guard let stream = gzdopen(copy, "rb") else {
      close(copy)
      throw file.failure("no memory for decompression")
    }
    self.stream = stream
    gzbuffer(stream, 1 << 17)
    limit = gzdirect(stream) != 0 ? file.size : Deflate.maximumSize(compressed: file.size)
  }

  deinit { gzclose_r(stream) }

  var remaining: Int { limit }

  func failure(_ reason: String) -> TensorError { file.failure(reason) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let chunk = UInt32(min(buffer.count - done, 1 << 30))
      let count = gzread(stream, buffer.baseAddress.map { $0 + done }, chunk)
      if count <= 0 { throw streamFailure(ended: count == 0) }
      done += Int(count)
    }
    limit -= buffer.count
  }

  func finish() throws {
    var byte: UInt8 = 0
    let count = gzread(stream, &byte, 1)
    if count > 0 { throw failure("has more data than its header says") }
    // The checksum is compared only when the end is reached; a stream cut within it reads as a
    // short one.
    var code: Int32 = Z_OK
    gzerror(stream, &code)
    if count < 0 || code != Z_OK { throw streamFailure(ended: false) }
  }

  private func streamFailure(ended: Bool) -> TensorError {
    var code: Int32 = Z_OK
    // zlib puts a name for the file before its message.
    let text = gzerror(stream, &code).map { String(cString: $0) } ?? ""
    let message = text.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? "no message"
    switch code {
    case Z_ERRNO: return TensorError.system(file.path, "cannot be read")
    case Z_BUF_ERROR: return failure("the compressed data is cut short")
    case Z_OK where ended: return failure("has less data than its header says")
    default: return failure("the compressed data is damaged (\(message))")
    }
  }
}

enum Deflate {
  /// The most that `compressed` bytes of deflated data can become: two bits may stand for 258
  /// bytes.
  static func maximumSize(compressed: Int) -> Int {
    let (size, overflow) = compressed.multipliedReportingOverflow(by: 1032)
    return overflow ? Int.max : size
  }
}
