import Glibc
import Martlet
import Testing

/// A directory that lives as long as a test.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { Scratch.remove(path) }

  private static func remove(_ path: String) {
    for name in names(in: path) { remove("\(path)/\(name)") }
    if rmdir(path) != 0 { unlink(path) }
  }

  static func names(in path: String) -> [String] {
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

  func write(_ bytes: [UInt8], _ name: String) throws {
    let file = try #require(fopen("\(path)/\(name)", "wb"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }
}

func uint8Tensor(_ shape: [Int], _ values: [UInt8]) throws -> Tensor {
  try Tensor(uninitialized: shape, dtype: .uint8) { $0.copyBytes(from: values) }
}

func values<Element: BitwiseCopyable>(_ tensor: Tensor, as: Element.Type) throws -> [Element] {
  try tensor.withUnsafeBytes { Array($0.bindMemory(to: Element.self)) }
}

/// The data that lies beside the repository: `$MARTLET_SHARED`, or `shared` next to the checkout.
enum SharedData {
  static let directory: String = {
    if let path = getenv("MARTLET_SHARED") { return String(cString: path) }
    return "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/shared"
  }()

  static func has(_ path: String) -> Bool { access("\(directory)/\(path)", R_OK) == 0 }
}
