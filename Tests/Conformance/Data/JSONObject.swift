import Foundation

/// What is wrong with the data itself, as opposed to the implementation under test.
struct DataError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Typed access to one JSON object.
struct JSONObject {
  let fields: [String: Any]

  init(_ fields: [String: Any]) { self.fields = fields }

  init(_ json: Any) throws {
    guard let fields = json as? [String: Any] else { throw DataError("expected a JSON object") }
    self.fields = fields
  }

  init(contentsOf url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw DataError("cannot read \(url.path)")
    }
    guard let json = try? JSONSerialization.jsonObject(with: data) else {
      throw DataError("\(url.path) is not JSON")
    }
    try self.init(json)
  }

  func has(_ key: String) -> Bool { fields[key] != nil }

  func string(_ key: String) throws -> String { try required(key, fields[key] as? String) }
  func int(_ key: String) throws -> Int { try required(key, fields[key] as? Int) }
  func ints(_ key: String) throws -> [Int] { try required(key, fields[key] as? [Int]) }
  func strings(_ key: String) throws -> [String] { try required(key, fields[key] as? [String]) }
  func list(_ key: String) throws -> [Any] { try required(key, fields[key] as? [Any]) }
  func double(_ key: String) throws -> Double { try required(key, fields[key] as? Double) }
  func object(_ key: String) throws -> JSONObject { try JSONObject(required(key, fields[key])) }

  func objects(_ key: String) throws -> [JSONObject] { try list(key).map(JSONObject.init) }

  /// False if absent.
  func flag(_ key: String) -> Bool { fields[key] as? Bool ?? false }

  private func required<T>(_ key: String, _ value: T?) throws -> T {
    guard let value else { throw DataError("field \"\(key)\" is missing or of the wrong type") }
    return value
  }
}
