/// How one case ended.
enum Outcome {
  case passed
  /// With what was expected and what came.
  case failed(String)
  /// With what is missing.
  case unsupported(String)
}

/// Martlet has no such operation, dtype or argument.
struct Unsupported: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// An argument that Swift's type system does not let a caller write, such as a string for a number.
struct Inexpressible: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A value that Swift's types exclude whatever the operation offers, such as an unknown name for an
/// enumeration's case.
struct Unwritable: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Outcome {
  /// What the error of a call means where the call had to succeed.
  init(error: any Error) {
    switch error {
    case let error as Unsupported: self = .unsupported(error.description)
    case let error as Inexpressible: self = .unsupported(error.description)
    case let error as Unwritable: self = .unsupported(error.description)
    case let error as Mismatch: self = .failed(error.description)
    case let error as DataError: self = .failed("bad data: \(error)")
    default: self = .failed("threw: \(error)")
    }
  }

  /// What the error of a call means where PyTorch refuses it as well.
  init(refusal error: any Error, type: String) {
    switch error {
    case let error as Unsupported: self = .unsupported(error.description)
    case let error as Inexpressible:
      // An overload that is missing here looks the same; PyTorch tells which it is.
      let isTypeError = type == "TypeError" || type == "AttributeError"
      self = isTypeError ? .passed : .unsupported(error.description)
    case let error as DataError: self = .failed("bad data: \(error)")
    default: self = .passed
    }
  }
}
