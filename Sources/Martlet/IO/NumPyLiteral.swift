/// A parser for the few Python literals that an `.npy` header of a plain array consists of: a
/// dictionary whose keys are strings and whose values are strings, `True` or `False`, and tuples of
/// integers. Nothing is evaluated.
struct NumPyLiteral {
  enum Value {
    case string(String)
    case boolean(Bool)
    case integers([Int])
  }

  struct Failure: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
  }

  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) { self.text = text }

  /// The dictionary that the whole text must be.
  mutating func dictionary() throws(Failure) -> [String: Value] {
    var fields: [String: Value] = [:]
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      let value = try value()
      if fields.updateValue(value, forKey: key) != nil {
        throw Failure("\(quoted(key)) stands in it twice")
      }
      if skip(",") { continue }
      try expect("}")
      break
    }
    skipSpaces()
    if position < text.count { throw Failure("text follows its dictionary") }
    return fields
  }

  private mutating func value() throws(Failure) -> Value {
    switch peek() {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "("): return .integers(try integers())
    case UInt8(ascii: "["): throw Failure("it describes a structured dtype")
    default:
      if skip("True") { return .boolean(true) }
      if skip("False") { return .boolean(false) }
      throw unexpected("a value")
    }
  }

  private mutating func string() throws(Failure) -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw unexpected("a string")
    }
    let start = position + 1
    guard let end = text[start...].firstIndex(of: quote) else {
      throw unexpected("the string's end")
    }
    guard let result = String(validating: text[start..<end], as: UTF8.self) else {
      throw Failure("it is not valid UTF-8")
    }
    if result.contains("\\") { throw Failure("a string in it has an escape") }
    position = end + 1
    return result
  }

  private mutating func integers() throws(Failure) -> [Int] {
    var result: [Int] = []
    var comma = true
    try expect("(")
    while !skip(")") {
      if !comma { throw unexpected("a comma or the tuple's end") }
      skipSpaces()
      let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
        throw digits.isEmpty ? unexpected("a size") : Failure("a size in it is too large")
      }
      position = digits.endIndex
      // Python 2 wrote long integers with a suffix.
      if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
      result.append(number)
      comma = skip(",")
    }
    // `(3)` is a number in Python, not a tuple.
    if result.count == 1 && !comma { throw Failure("its shape is not a tuple") }
    return result
  }

  private mutating func skipSpaces() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
  }

  private mutating func peek() -> UInt8? {
    skipSpaces()
    return position < text.count ? text[position] : nil
  }

  private mutating func skip(_ token: String) -> Bool {
    skipSpaces()
    guard text[position...].starts(with: token.utf8) else { return false }
    position += token.utf8.count
    return true
  }

  private mutating func expect(_ token: String) throws(Failure) {
    if !skip(token) { throw unexpected("'\(token)'") }
  }

  private func unexpected(_ wanted: String) -> Failure {
    Failure("\(wanted) is expected at its byte \(position)")
  }
}
