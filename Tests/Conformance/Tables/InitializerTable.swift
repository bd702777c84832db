import Martlet

/// Maps PyTorch's initialisers to Martlet's.
struct InitializerTable {
  /// Makes a tensor of a shape and fills it.
  typealias Initializer = ([Int], Arguments) throws -> Tensor
  typealias Gain = (Arguments) throws -> Double

  var initializers: [String: Initializer] = [:]
  var gains: [String: Gain] = [:]

  func initializer(_ name: String) throws -> Initializer {
    guard let entry = initializers[name] else { throw Unsupported("initialiser \(name)") }
    return entry
  }

  func gain(_ name: String) throws -> Gain {
    guard let entry = gains[name] else { throw Unsupported("initialiser \(name)") }
    return entry
  }
}
