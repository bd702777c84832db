@testable import Martlet

/// What the error that `body` throws says; "no error" if it throws none.
func errorText<R>(_ body: () throws -> R) -> String {
  do {
    _ = try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}
