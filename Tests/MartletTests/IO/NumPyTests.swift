import Testing

@testable import Martlet

struct NumPyTests {
  private func npy(_ header: String, version: UInt8 = 1, data: [UInt8] = []) -> [UInt8] {
    let length = header.utf8.count
    let size = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(header.utf8) + data
  }

  private func npy(descr: String, shape: String, fortran: Bool = false, data: [UInt8] = [])
    -> [UInt8]
  {
    let order = fortran ? "True" : "False"
    return npy("{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n", data: data)
  }

  @Test(arguments: DType.allCases.filter { $0 != .bfloat16 }) func roundTrip(_ dtype: DType) throws
  {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.npy")
    for shape in [[], [0], [7], [2, 0, 3], [2, 3, 5], [1, 1, 1, 1, 1, 1, 2]] {
      let tensor = try countingTensor(shape, dtype)
      try NumPy.save(tensor, to: path)
      let loaded = try NumPy.load(path)
      #expect(loaded.shape == shape && loaded.dtype == dtype)
      #expect(try elementBytes(loaded) == elementBytes(tensor))
    }
    #expect(directory.names == ["a.npy"])
  }

  @Test func refusesBFloat16AndKeepsTheOldFile() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.npy", [1, 2, 3])
    let tensor = try countingTensor([2], .bfloat16)
    #expect(refusal(of: path) { try NumPy.save(tensor, to: path) }.contains("float32"))
    #expect(refusal(of: path) { try NumPy.saveArchive(["w": tensor], to: path) }.contains(#""w""#))
    #expect(try TestFile.contents(of: path) == [1, 2, 3])
    #expect(directory.names == ["a.npy"])
  }

  @Test func fortranOrderOfThreeDimensionsAndBigEndian() throws {
    let directory = try TemporaryDirectory()
    // Element [i, j, k] of shape [2, 3, 2] has the value 100 i + 10 j + k; the first index varies
    // fastest.
    var data: [UInt8] = []
    for k in 0..<2 {
      for j in 0..<3 {
        for i in 0..<2 { data += [0, UInt8(100 * i + 10 * j + k)] }
      }
    }
    let path = try directory.file(
      "a.npy", npy(descr: "'>i2'", shape: "(2, 3, 2)", fortran: true, data: data))
    let values: [Int16] = [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121]
    let tensor = try NumPy.load(path)
    #expect(tensor.shape == [2, 3, 2])
    #expect(try elementBytes(tensor) == values.withUnsafeBytes { Array($0) })
  }

  @Test(arguments: [
    "{'shape': (2,), 'fortran_order': False, 'descr': '<i2'}",
    "{\"descr\": \"<i2\", \"fortran_order\": True, \"shape\": (2L,)}   \n",
    "  { 'descr':'=i2' , 'fortran_order':False,'shape':( 2 , ) , }",
  ])
  func acceptsWhatNumPyAccepts(_ header: String) throws {
    let directory = try TemporaryDirectory()
    for version: UInt8 in 1...3 {
      let path = try directory.file("a.npy", npy(header, version: version, data: [1, 0, 2, 0]))
      #expect(try elementBytes(NumPy.load(path)) == [1, 0, 2, 0])
    }
  }

  static let hostile: [(header: String, reason: String)] = [
    ("", "expected"),
    ("{}", "must have"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': True}", "must have"),
    ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "twice"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} 1", "follows"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1)}", "not a tuple"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "a size"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}", "comma"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,,)}", "a size"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "too large"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 0)}", "overflows"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,)}", "needs 4000000000 bytes"),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1)}",
      "13 dimensions"
    ),
    ("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "a value"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "expected"),
    ("{'descr': '<f4", "the string's end"),
    ("{'descr': '<\\x664', 'fortran_order': False, 'shape': (1,)}", "escape"),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "Python objects"),
    ("{'descr': '|V8', 'fortran_order': False, 'shape': (1,)}", "structured"),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "structured"),
    ("{'descr': '<U4', 'fortran_order': False, 'shape': (1,)}", "strings"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "complex"),
    ("{'descr': '<u4', 'fortran_order': False, 'shape': (1,)}", "unsigned"),
    ("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,)}", "dates"),
    ("{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}", "byte order"),
    ("{'descr': '', 'fortran_order': False, 'shape': (1,)}", "unknown"),
    (
      "{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (1,)}", "a value"
    ),
  ]

  @Test(arguments: hostile.indices) func refusesHostileHeaders(_ i: Int) throws {
    let directory = try TemporaryDirectory()
    let (header, reason) = Self.hostile[i]
    let path = try directory.file("a.npy", npy(header, data: [0, 0, 0, 0]))
    let found = refusal(of: path) { try NumPy.load(path) }
    #expect(found.contains(reason), "\(header): \(found)")
  }

  @Test func refusesWrongLengthsAndVersions() throws {
    let directory = try TemporaryDirectory()
    func reason(_ bytes: [UInt8]) throws -> String {
      let path = try directory.file("a.npy", bytes)
      return refusal(of: path) { try NumPy.load(path) }
    }
    let good = npy(descr: "'<f4'", shape: "(1,)", data: [1, 2, 3, 4])
    #expect(try reason(good + [5]).contains("1 bytes after"))
    #expect(try reason(good.dropLast()).contains("needs 4 bytes"))
    #expect(try reason([]).contains("ends within"))
    #expect(try reason([UInt8](repeating: 7, count: 100)).contains("not a NumPy"))
    var version = good
    version[6] = 4
    #expect(try reason(version).contains("version 4.0"))
    #expect(
      try reason(Array(good[..<6]) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF]).contains("4294967295 bytes"))
  }

  @Test(arguments: [false, true]) func archiveRoundTrip(compressed: Bool) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.npz", [1, 2, 3])
    let tensors: TensorDictionary = try [
      "слой/w": countingTensor([50, 70], .float32), "b": countingTensor([], .int64),
      "empty": countingTensor([0, 4], .bool),
    ]
    try NumPy.saveArchive(tensors, to: path, compressed: compressed)
    let loaded = try NumPy.loadArchive(path)
    #expect(loaded.names == tensors.names)
    for (name, tensor) in tensors {
      let found = try #require(loaded[name])
      #expect(found.shape == tensor.shape && found.dtype == tensor.dtype)
      #expect(try elementBytes(found) == elementBytes(tensor))
    }
    #expect(try compressed == (TestFile.contents(of: path).count < 10_000))
    let copy = try directory.file("b.npz")
    try NumPy.saveArchive(loaded, to: copy, compressed: compressed)
    #expect(try TestFile.contents(of: path) == TestFile.contents(of: copy))
    #expect(directory.names == ["a.npz", "b.npz"])
  }

  @Test func emptyArchive() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.npz")
    try NumPy.saveArchive([:], to: path)
    #expect(try NumPy.loadArchive(path).isEmpty)
  }

  @Test func refusesArchivesThatAreNone() throws {
    let directory = try TemporaryDirectory()
    for (name, bytes) in [("empty", []), ("garbage", [UInt8](repeating: 0x50, count: 1000))] {
      let path = try directory.file(name, bytes)
      #expect(refusal(of: path) { try NumPy.loadArchive(path) }.contains("ZIP"))
    }
  }

  @Test func refusesAnArchiveWhoseDirectoryClaimsMoreThanItHas() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.npz")
    try NumPy.saveArchive(["a": countingTensor([100], .float32)], to: path)
    var archive = try TestFile.contents(of: path)
    let entry = try #require(
      archive.indices.last { archive[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) })
    // The compressed and the full size in the central directory.
    for i in 20..<28 { archive[entry + i] = i % 4 == 3 ? 0x7F : 0xFF }
    try TestFile.write(archive, to: path)
    #expect(!refusal(of: path) { try NumPy.loadArchive(path) }.isEmpty)
  }

  @Test func noticesADamagedMember() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.npz")
    try NumPy.saveArchive(["a": countingTensor([100], .float32)], to: path)
    var archive = try TestFile.contents(of: path)
    archive[300] ^= 1
    try TestFile.write(archive, to: path)
    #expect(refusal(of: path) { try NumPy.loadArchive(path) }.contains("CRC"))
  }

  @Test(arguments: [false, true]) func survivesEveryTruncationAndByteChange(compressed: Bool) throws
  {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a")
    let tensor = try countingTensor([2, 3], .float32)
    try NumPy.save(tensor, to: path)
    try checkSurvival(of: TestFile.contents(of: path), at: path) { _ = try NumPy.load($0) }
    try NumPy.saveArchive(["a": tensor, "b": tensor], to: path, compressed: compressed)
    try checkSurvival(of: TestFile.contents(of: path), at: path) { _ = try NumPy.loadArchive($0) }
  }
}
