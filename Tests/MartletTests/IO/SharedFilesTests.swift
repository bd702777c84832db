import Testing

@testable import Martlet

/// Files that NumPy and the safetensors library wrote, and damaged ones, with what a reader must
/// make of each.
@Suite(
  .enabled(
    if: SharedData.has("files/README.md"), "the shared test files are not beside this checkout"))
struct SharedFilesTests {
  static let arrays = [
    "c_order", "fortran_order", "big_endian", "bools", "half", "uint8_images", "zero_d",
    "zero_size",
    "huge_shape", "objects", "structured",
  ]
  static let archives = ["archive", "compressed"]
  static let tensorFiles = [
    "plain", "header_too_long", "not_json", "offsets_outside", "offsets_overlap", "size_mismatch",
    "size_overflow",
  ]

  @Test(arguments: arrays) func npy(_ name: String) throws {
    try check(name, "npy") { ["": try NumPy.load($0)] }
  }

  @Test(arguments: archives) func npz(_ name: String) throws {
    try check(name, "npz", NumPy.loadArchive)
  }

  @Test(arguments: tensorFiles) func safetensors(_ name: String) throws {
    try check(name, "safetensors", Safetensors.load)
  }

  @Test(arguments: ["c_order", "bools", "half", "uint8_images", "zero_d", "zero_size"])
  func savesTheBytesThatNumPyWrites(_ name: String) throws {
    let directory = try TemporaryDirectory()
    let path = "\(SharedData.directory)/files/\(name).npy"
    let copy = try directory.file("copy.npy")
    try NumPy.save(NumPy.load(path), to: copy)
    #expect(try TestFile.contents(of: copy) == TestFile.contents(of: path))
  }

  private func check(
    _ name: String, _ kind: String, _ load: (String) throws -> TensorDictionary
  ) throws {
    let base = "\(SharedData.directory)/files/\(name)"
    let path = "\(base).\(kind)"
    let text = try TestFile.contents(of: "\(base).expect.json")
    guard case .object(let expectation) = try text.withUnsafeBytes({ try JSON(parsing: $0) }),
      let first = expectation.first
    else {
      Issue.record("\(base).expect.json is not understood")
      return
    }
    if first.key == "refuse" {
      #expect(!refusal(of: path) { try load(path) }.isEmpty)
      return
    }
    guard case .array(let leaves) = first.value else {
      Issue.record("\(base).expect.json is not understood")
      return
    }
    let found = try load(path)
    let expected = try Safetensors.load("\(base).expect.safetensors")
    #expect(found.count == leaves.count)
    for case .object(let leaf) in leaves {
      let fields = Dictionary(uniqueKeysWithValues: leaf.map { ($0.key, $0.value) })
      var leafName = ""
      if case .array(let steps) = fields["path"], case .string(let step) = steps.first {
        leafName = step
      }
      guard case .string(let key) = fields["tensor"] else {
        Issue.record("\(base).expect.json has a leaf that is not a tensor")
        continue
      }
      let tensor = try #require(found[leafName])
      let wanted = try #require(expected[key])
      #expect(tensor.shape == wanted.shape)
      #expect(tensor.dtype == wanted.dtype)
      #expect(try elementBytes(tensor) == elementBytes(wanted))
      #expect(fields["dtype"] == .string("\(tensor.dtype)"))
      #expect(fields["shape"] == .array(tensor.shape.map { .number(Double($0)) }))
    }
  }
}
