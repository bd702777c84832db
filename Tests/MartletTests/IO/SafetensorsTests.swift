import Testing

@testable import Martlet

struct SafetensorsTests {
  private func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let length = length ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + Array(header.utf8)
      + [UInt8](repeating: 1, count: data)
  }

  @Test func keepsOrderShapesMetadataAndEveryDType() throws {
    let directory = try TemporaryDirectory()
    var tensors = TensorDictionary()
    for (i, dtype) in DType.allCases.enumerated().reversed() {
      tensors["층.\(dtype)\n\"\\"] = try countingTensor([i, 3], dtype)
    }
    tensors["scalar"] = try countingTensor([], .float64)
    let metadata = ["format": "pt", "naïve": "ß\u{1F600}"]
    let path = try directory.file("a.safetensors")
    try Safetensors.save(tensors, metadata: metadata, to: path)

    let loaded = try Safetensors.load(path)
    #expect(loaded.names == tensors.names)
    for (name, tensor) in tensors {
      let found = try #require(loaded[name])
      #expect(found.shape == tensor.shape && found.dtype == tensor.dtype)
      #expect(try elementBytes(found) == elementBytes(tensor))
    }
    let file = try SafetensorsFile(path)
    #expect(file.metadata == metadata)
    #expect(file.description(of: "scalar")?.shape == [])
    #expect(file.description(of: "none") == nil)
    #expect(refusal(of: path) { try file.tensor("none") }.contains("no tensor \"none\""))
    // A second save of the same is the same file, and no temporary stays.
    let copy = try directory.file("b.safetensors")
    try Safetensors.save(loaded, metadata: metadata, to: copy)
    #expect(try TestFile.contents(of: path) == TestFile.contents(of: copy))
    #expect(directory.names == ["a.safetensors", "b.safetensors"])
  }

  @Test func alignsEveryTensorForReadersThatMapTheFile() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.safetensors")
    try Safetensors.save(
      [
        "a": countingTensor([3], .uint8), "b": countingTensor([3], .float64),
        "c": countingTensor([1], .float16),
      ],
      to: path)
    let text = try TestFile.contents(of: path)
    let header = text[8..<8 + Int(text[0])]
    let entries = try header.withUnsafeBytes {
      try SafetensorsHeader(parsing: $0, dataSize: text.count - 8 - header.count).entries
    }
    #expect(entries.map(\.name) == ["a", "b", "c"])
    for entry in entries {
      #expect((8 + header.count + entry.bytes.lowerBound) % entry.dtype.itemSize == 0)
    }
  }

  @Test func emptyDictionary() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.safetensors")
    try Safetensors.save([:], to: path)
    #expect(try Safetensors.load(path).isEmpty)
  }

  static let hostile: [(header: String, data: Int, reason: String)] = [
    ("", 0, "not a JSON object"),
    ("[]", 0, "not a JSON object"),
    (" {}", 0, "not a JSON object"),
    ("{} x", 0, "follows"),
    ("{}", 4, "belong to none"),
    (#"{"a":1}"#, 0, "not an object"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "lacks"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4, #"field "x""#),
    (#"{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#, 4, "F31"),
    (#"{"a":{"dtype":"U32","shape":[1],"data_offsets":[0,4]}}"#, 4, "does not have"),
    (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "twice"),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
      2, "twice"
    ),
    (
      "{\"\u{E9}\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},"
        + "\"e\u{301}\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[1,2]}}", 2, "twice"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "no range"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "no range"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "sizes"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "sizes"),
    (#"{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4, "sizes"),
    (#"{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}"#, 4, "sizes"),
    (#"{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}"#, 4, "too large"),
    (
      #"{"a":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,9007199254740993]}}"#, 4,
      "2^53"
    ),
    (#"{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "too large"),
    (
      #"{"a":{"dtype":"U8","shape":[9007199254740992],"data_offsets":[0,9007199254740992]}}"#, 4,
      "ends at"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, 0,
      "overflows"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}"#, 1,
      "13 dimensions"
    ),
    (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3, "belong to no tensor"),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}"#,
      5, "belong to no tensor"
    ),
    (#"{"a\u0000b":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, 1, "NUL"),
    (#"{"__metadata__":[]}"#, 0, "metadata is not an object"),
    (#"{"__metadata__":{"a":1}}"#, 0, "not a string"),
    (#"{"a":{"dtype":"U8","shape":[[[[[[[[[1]]]]]]]]],"data_offsets":[0,1]}}"#, 1, "nests"),
    ("{" + String(repeating: "[", count: 100_000), 0, "nests"),
    (#"{"a":"#, 0, "not JSON"),
    (#"{"a"#, 0, "does not end"),
  ]

  @Test(arguments: hostile.indices) func refusesHostileHeaders(_ i: Int) throws {
    let directory = try TemporaryDirectory()
    let (header, data, reason) = Self.hostile[i]
    let path = try directory.file("a.safetensors", file(header, data: data))
    let found = refusal(of: path) { try Safetensors.load(path) }
    #expect(found.contains(reason), "\(header.prefix(200)): \(found)")
  }

  @Test(arguments: [11, 1 << 32, 1 << 62, UInt64.max] as [UInt64])
  func refusesALengthBeyondTheFile(_ length: UInt64) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.safetensors", file("{}", data: 8, length: length))
    #expect(refusal(of: path) { try Safetensors.load(path) }.contains("larger than the file"))
  }

  @Test func refusesWhatIsNoFile() throws {
    let directory = try TemporaryDirectory()
    #expect(refusal(of: "/dev/zero") { try Safetensors.load("/dev/zero") }.contains("regular"))
    #expect(
      refusal(of: directory.path) { try Safetensors.load(directory.path) }.contains("regular"))
    let missing = try directory.file("missing")
    #expect(refusal(of: missing) { try Safetensors.load(missing) }.contains("No such file"))
    #expect(refusal(of: "a\0b") { try Safetensors.load("a\0b") }.contains("NUL"))
    let empty = try directory.file("empty", [])
    #expect(refusal(of: empty) { try Safetensors.load(empty) }.contains("0 bytes"))
  }

  @Test func refusesNamesThatTheFormatCannotHold() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.safetensors")
    let tensor = try countingTensor([2], .float32)
    #expect(
      refusal(of: path) { try Safetensors.save(["__metadata__": tensor], to: path) }.contains(
        "named"))
    #expect(refusal(of: path) { try Safetensors.save(["a\0b": tensor], to: path) }.contains("NUL"))
    #expect(directory.names == [])
  }

  @Test func boolsAreZeroOrOne() throws {
    let directory = try TemporaryDirectory()
    let header = #"{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"#
    let path = try directory.file("a.safetensors", file(header) + [0, 1, 255])
    #expect(try elementBytes(#require(Safetensors.load(path)["a"])) == [0, 1, 1])
  }

  @Test func survivesEveryTruncationAndByteChange() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.safetensors")
    try Safetensors.save(
      ["a": countingTensor([2, 3], .float32), "b": countingTensor([5], .int8)], to: path)
    try checkSurvival(of: TestFile.contents(of: path), at: path) { _ = try Safetensors.load($0) }
  }
}
