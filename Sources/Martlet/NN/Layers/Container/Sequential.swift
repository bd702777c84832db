/// Modules applied one after the other. They are named by position: `0.weight`.
///
///     let net = Sequential {
///       Linear(784, 100)
///       ReLU()
///       Linear(100, 10)
///     }
///     net[2] = Linear(100, 20)
public final class Sequential: ModuleElements<any Module<Tensor, Tensor>>, Module {
  /// Modules in the order of a list, such as one that a loop has made.
  public override init(_ layers: [any Module<Tensor, Tensor>]) { super.init(layers) }

  /// Modules one by one: `Sequential(Linear(2, 4), ReLU())`.
  public convenience init(_ layers: any Module<Tensor, Tensor>...) { self.init(layers) }

  /// Modules in a block, in which `if` and `for` may stand.
  public convenience init(@SequentialBuilder _ layers: () -> [any Module<Tensor, Tensor>]) {
    self.init(layers())
  }

  /// What the last module makes of `x`, each being given the result of the one before.
  public func forward(_ x: Tensor) throws -> Tensor {
    var x = x
    for layer in elements { x = try layer(x) }
    return x
  }
}

/// Puts together the block of `Sequential { }`.
@resultBuilder
public enum SequentialBuilder {
  /// What may stand in the block.
  public typealias Layer = any Module<Tensor, Tensor>

  /// A module.
  public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
  /// Several modules.
  public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
  /// The modules of all statements.
  public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
  /// The modules of an `if` whose condition holds.
  public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
  /// The modules of the first branch.
  public static func buildEither(first part: [Layer]) -> [Layer] { part }
  /// The modules of the second branch.
  public static func buildEither(second part: [Layer]) -> [Layer] { part }
  /// The modules of all rounds of a loop.
  public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
}
