import Testing

@testable import Martlet

/// Loads a file cut at every length and with every byte changed in several ways. Each load must
/// succeed or throw an error about the file; a crash ends the test run.
func checkSurvival(of bytes: [UInt8], at path: String, _ load: (String) throws -> Void) throws {
  func check(_ damaged: [UInt8]) throws {
    try TestFile.write(damaged, to: path)
    do {
      try load(path)
    } catch TensorError.file(path: path, _) {
    } catch {
      Issue.record("an error that does not name the file: \(error)")
    }
  }
  for length in bytes.indices { try check(Array(bytes[..<length])) }
  for position in bytes.indices {
    for change: UInt8 in [0x01, 0x80, 0xFF] {
      var damaged = bytes
      damaged[position] ^= change
      try check(damaged)
    }
  }
}
