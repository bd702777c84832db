/// The arguments of a layer as far as they have been checked.
///
/// Initializers of layers do not throw, so that layers can stand in default values of stored
/// properties. What is wrong is thrown at the first use of the layer's parameters instead.
struct LayerArguments {
  private let layer: String
  private var error: TensorError?

  init(_ layer: String) { self.layer = layer }

  /// Notes what is wrong, unless something was before.
  mutating func require(_ condition: Bool, _ reason: @autoclosure () -> String) {
    if error == nil, !condition { error = .argument(operation: layer, reason: reason()) }
  }

  mutating func require(_ name: String, _ value: Int, atLeast least: Int) {
    require(value >= least, "\(name) must be at least \(least), not \(value)")
  }

  /// What `body` makes; if an argument is wrong, a tensor whose first use throws what.
  func tensor(_ body: () throws -> Tensor) -> Tensor {
    .creating(requiresGrad: false) {
      if let error { throw error }
      return try body()
    }
  }

  /// A parameter with the elements that `body` makes.
  func parameter(_ name: String? = nil, _ body: () throws -> Tensor) -> Parameter {
    Parameter(wrappedValue: tensor(body), name)
  }

  /// A buffer with the elements that `body` makes.
  func buffer(_ name: String, _ body: () throws -> Tensor) -> ModuleBuffer {
    ModuleBuffer(wrappedValue: tensor(body), name)
  }
}
