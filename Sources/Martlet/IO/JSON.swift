import CJSON
import Glibc

/// A JSON value. Objects keep their order; keys are unique.
package enum JSON: Sendable, Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  package struct Member: Sendable, Equatable {
    package var key: String
    package var value: JSON

    package init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  package struct Failure: Error, CustomStringConvertible {
    package var description: String
    init(_ description: String) { self.description = description }
  }

  /// The value that the whole text is.
  ///
  /// Throws where cJSON would accept and lose something: duplicate keys, integers beyond 2^53,
  /// numbers that overflow to infinity, strings with NUL, invalid UTF-8; and for more than
  /// `maximumDepth` nested values.
  package init(parsing text: UnsafeRawBufferPointer, maximumDepth: Int = 128) throws(Failure) {
    try JSONText.check(text, maximumDepth: maximumDepth)
    var end: UnsafePointer<CChar>?
    let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
    let root = cJSON_ParseWithLengthOpts(start, text.count, &end, 0)
    defer { cJSON_Delete(root) }
    let parsed = start.flatMap { start in end.map { $0 - start } } ?? 0
    guard let root else { throw Failure("it is not JSON at byte \(parsed)") }
    // White space may follow, and nothing else.
    if let stray = text[parsed...].firstIndex(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
      throw Failure("something follows the JSON value at byte \(stray)")
    }
    try self.init(root.pointee)
  }

  private init(_ item: cJSON) throws(Failure) {
    switch item.type & 0xFF {
    case Self.typeFalse: self = .boolean(false)
    case Self.typeTrue: self = .boolean(true)
    case Self.typeNull: self = .null
    case Self.typeNumber:
      guard item.valuedouble.isFinite else { throw Failure("a number in it is too large") }
      self = .number(item.valuedouble)
    case Self.typeString: self = .string(try Self.string(item.valuestring))
    case Self.typeArray:
      var values: [JSON] = []
      var next = item.child
      while let child = next {
        values.append(try JSON(child.pointee))
        next = child.pointee.next
      }
      self = .array(values)
    case Self.typeObject:
      var members: [Member] = []
      var keys = Set<String>()
      var next = item.child
      while let child = next {
        let key = try Self.string(child.pointee.string)
        guard keys.insert(key).inserted else {
          throw Failure("the key \(quoted(key)) occurs twice")
        }
        members.append(Member(key, try JSON(child.pointee)))
        next = child.pointee.next
      }
      self = .object(members)
    default: throw Failure("it has a value of no known type")
    }
  }

  private static func string(_ text: UnsafeMutablePointer<CChar>?) throws(Failure) -> String {
    guard let text, let string = String(validatingCString: text) else {
      throw Failure("a string in it is not valid UTF-8")
    }
    return string
  }

  // The header has these as macros that shift, which Swift does not see.
  private static let typeFalse: Int32 = 1 << 0
  private static let typeTrue: Int32 = 1 << 1
  private static let typeNull: Int32 = 1 << 2
  private static let typeNumber: Int32 = 1 << 3
  private static let typeString: Int32 = 1 << 4
  private static let typeArray: Int32 = 1 << 5
  private static let typeObject: Int32 = 1 << 6

  /// The value as compact JSON. Throws for strings with NUL and numbers that JSON does not have.
  package func serialized() throws(Failure) -> [UInt8] {
    let item = try makeItem()
    defer { cJSON_Delete(item) }
    guard let text = cJSON_PrintUnformatted(item) else { throw Failure("no memory for JSON") }
    defer { cJSON_free(text) }
    return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  private func makeItem() throws(Failure) -> UnsafeMutablePointer<cJSON> {
    let item: UnsafeMutablePointer<cJSON>?
    switch self {
    case .null: item = cJSON_CreateNull()
    case .boolean(let value): item = cJSON_CreateBool(value ? 1 : 0)
    case .number(let value):
      guard value.isFinite else { throw Failure("JSON has no number \(value)") }
      // cJSON would print 15 digits, also of a number that they do not tell from its neighbours.
      let integer = value == 0 && value.sign == .minus ? nil : Int(exactly: value)
      item = cJSON_CreateRaw(integer?.description ?? value.description)
    case .string(let value): item = cJSON_CreateString(try Self.checked(value))
    case .array(let values):
      item = cJSON_CreateArray()
      for value in values { try Self.append(value, key: nil, to: item) }
    case .object(let members):
      item = cJSON_CreateObject()
      for member in members { try Self.append(member.value, key: member.key, to: item) }
    }
    guard let item else { throw Failure("no memory for JSON") }
    return item
  }

  private static func append(
    _ value: JSON, key: String?, to parent: UnsafeMutablePointer<cJSON>?
  ) throws(Failure) {
    do throws(Failure) {
      let key = try key.map(checked)
      let item = try value.makeItem()
      let added =
        key.map { cJSON_AddItemToObject(parent, $0, item) } ?? cJSON_AddItemToArray(parent, item)
      if added == 0 {
        cJSON_Delete(item)
        throw Failure("no memory for JSON")
      }
    } catch {
      cJSON_Delete(parent)
      throw error
    }
  }

  private static func checked(_ string: String) throws(Failure) -> String {
    if string.utf8.contains(0) { throw Failure("the string \(quoted(string)) contains NUL") }
    return string
  }
}
