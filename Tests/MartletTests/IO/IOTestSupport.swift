import Glibc
import Testing

@testable import Martlet

/// The data that lies beside the repository: `$MARTLET_SHARED`, or `shared` next to the checkout.
enum SharedData {
  static let directory: String = {
    if let path = getenv("MARTLET_SHARED") { return String(cString: path) }
    let up = #filePath.split(separator: "/").dropLast(5)
    return "/" + up.joined(separator: "/") + "/shared"
  }()

  static func has(_ path: String) -> Bool { access("\(directory)/\(path)", R_OK) == 0 }
}

/// A directory that lives as long as a test.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TensorError.system("/tmp", "cannot be used") }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  var names: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func file(_ name: String, _ contents: [UInt8]? = nil) throws -> String {
    let file = "\(path)/\(name)"
    if let contents { try TestFile.write(contents, to: file) }
    return file
  }
}

enum TestFile {
  static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "wb") else { throw TensorError.system(path, "cannot be opened") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw TensorError.system(path, "cannot be written")
    }
  }

  static func contents(of path: String) throws -> [UInt8] {
    let file = try InputFile(path)
    return try InputFileSource(file).bytes(file.size, of: "the file")
  }
}

/// A tensor with bytes that count up, so that every position differs.
func countingTensor(_ shape: [Int], _ dtype: DType) throws -> Tensor {
  try Tensor(uninitialized: shape, dtype: dtype) { buffer in
    for i in buffer.indices { buffer[i] = dtype == .bool ? UInt8(i % 2) : UInt8(i * 7 % 251) }
  }
}

func elementBytes(_ tensor: Tensor) throws -> [UInt8] { try tensor.withUnsafeBytes { Array($0) } }

/// Runs `body`, which must throw an error about the file at `path`, and gives the error's reason.
func refusal<Value>(of path: String, _ body: () throws -> Value) -> String {
  do {
    let value = try body()
    Issue.record("\(path) was accepted: \(value)")
  } catch TensorError.file(path: path, let reason) {
    return reason
  } catch {
    Issue.record("\(path): the error does not name the file: \(error)")
  }
  return ""
}
