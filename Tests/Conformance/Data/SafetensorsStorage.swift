import Foundation

/// The named storages of one safetensors file, mapped rather than read.
struct SafetensorsStorage {
  private let data: Data
  private let ranges: [String: Range<Int>]

  /// No file, no storages.
  init() {
    data = Data()
    ranges = [:]
  }

  init(contentsOf url: URL) throws {
    guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
      throw DataError("cannot read \(url.path)")
    }
    self.data = data
    guard data.count >= 8 else { throw DataError("\(url.path) is too short") }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(data.count - 8) else {
      throw DataError("\(url.path): the header is longer than the file")
    }
    let start = 8 + Int(length)
    guard let json = try? JSONSerialization.jsonObject(with: data.subdata(in: 8..<start)) else {
      throw DataError("\(url.path): the header is not JSON")
    }
    var ranges: [String: Range<Int>] = [:]
    for (name, entry) in try JSONObject(json).fields where name != "__metadata__" {
      let offsets = try JSONObject(entry).ints("data_offsets")
      guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1],
        offsets[1] <= data.count - start
      else { throw DataError("\(url.path): the offsets of \(name) lie outside the file") }
      ranges[name] = start + offsets[0]..<start + offsets[1]
    }
    self.ranges = ranges
  }

  func bytes<Result>(
    of key: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    guard let range = ranges[key] else { throw DataError("there is no storage \(key)") }
    return try data.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}
