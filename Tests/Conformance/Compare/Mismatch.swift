/// A result that is not what was expected.
struct Mismatch: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }

  /// The same below a heading that says which result it is.
  func within(_ heading: String) -> Mismatch { Mismatch("\(heading): \(description)") }
}

/// Runs a comparison so that a mismatch says which result it concerns.
func describing(_ heading: String, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch let mismatch as Mismatch {
    throw mismatch.within(heading)
  }
}
