/// A value as Python writes it, so that layers print what PyTorch's do.
protocol PythonLiteral {
  var literal: String { get }
}

extension Int: PythonLiteral {
  var literal: String { "\(self)" }
}

extension Double: PythonLiteral {
  /// Whole numbers have digits up to 10^16, where Swift's end at 2^53.
  var literal: String {
    if isNaN { return "nan" }
    return magnitude >= 0x1p53 && magnitude < 1e16 ? "\(Int64(self)).0" : "\(self)"
  }
}

extension Bool: PythonLiteral {
  var literal: String { self ? "True" : "False" }
}

extension String: PythonLiteral {
  var literal: String { "'\(self)'" }
}

extension Optional: PythonLiteral where Wrapped: PythonLiteral {
  var literal: String { map(\.literal) ?? "None" }
}

extension Array where Element: PythonLiteral {
  /// `(1, 2)`, or `(1,)` for a single element.
  var tuple: String {
    count == 1 ? "(\(self[0].literal),)" : "(\(map(\.literal).joined(separator: ", ")))"
  }

  /// A single element as it is, several as a tuple.
  var numberOrTuple: String { count == 1 ? self[0].literal : tuple }
}
