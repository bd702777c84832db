import Foundation
import Martlet

/// Arguments of a scheduler as plain JSON, all of which have to be asked for.
final class PlainArguments {
  private let fields: [String: Any]
  private var consumed: Set<String> = []

  init(_ object: JSONObject) { fields = object.fields }

  private subscript(name: String) -> Any? {
    consumed.insert(name)
    return fields[name].flatMap { $0 is NSNull ? nil : $0 }
  }

  private func required<T>(_ name: String, _ type: T.Type) throws -> T {
    guard let value = self[name] as? T else { throw DataError("\(name) is not a \(type)") }
    return value
  }

  func double(_ name: String, _ standard: Double) throws -> Double {
    try self[name] == nil ? standard : required(name, Double.self)
  }

  func int(_ name: String) throws -> Int { try required(name, Int.self) }

  func int(_ name: String, _ standard: Int) throws -> Int { try optionalInt(name) ?? standard }

  func optionalInt(_ name: String) throws -> Int? { try self[name] == nil ? nil : int(name) }

  func ints(_ name: String) throws -> [Int] { try required(name, [Int].self) }

  func bool(_ name: String, _ standard: Bool) throws -> Bool {
    try self[name] == nil ? standard : required(name, Bool.self)
  }

  func string(_ name: String, _ standard: String) throws -> String {
    try self[name] == nil ? standard : required(name, String.self)
  }

  /// One number, or a list with one for every group.
  func doubles(_ name: String, _ standard: Double? = nil) throws -> [Double] {
    if let standard, self[name] == nil { return [standard] }
    if let list = self[name] as? [Double] { return list }
    return [try required(name, Double.self)]
  }

  func objects(_ name: String) throws -> [JSONObject] {
    try required(name, [Any].self).map { try JSONObject($0) }
  }

  func cyclicMode() throws -> CyclicMode {
    let gamma = try double("gamma", 1)
    switch try string("mode", "triangular") {
    case "triangular": return .triangular
    case "triangular2": return .triangular2
    case "exp_range": return .expRange(gamma: gamma)
    case let mode: throw Unwritable("mode \(mode)")
    }
  }

  /// Functions of the epoch, one for every group.
  func formulas(_ name: String, _ optimizer: any Optimizer) throws -> [(Int) throws -> Double] {
    if self[name] is [Any] { return try objects(name).map(Self.formula) }
    let formula = try Self.formula(JSONObject(required(name, Any.self)))
    return optimizer.learningRates.map { _ in formula }
  }

  private static func formula(_ object: JSONObject) throws -> (Int) throws -> Double {
    switch try object.string("formula") {
    case "power":
      let base = try object.double("base")
      return { pow(base, Double($0)) }
    case "inverse":
      let rate = try object.double("rate")
      return { 1 / (1 + rate * Double($0)) }
    case "warmup":
      let steps = try object.double("steps")
      return { min(1, Double($0 + 1) / steps) }
    case "constant":
      let value = try object.double("value")
      return { _ in value }
    case let name: throw DataError("unknown formula \(name)")
    }
  }

  func requireAllConsumed() throws {
    for name in fields.keys.sorted() where !consumed.contains(name) {
      throw Unsupported("argument \(name)")
    }
  }
}
