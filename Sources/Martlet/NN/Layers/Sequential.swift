/// Modules applied one after the other. They are named by position: `0.weight`.
///
///     let net = Sequential {
///       Linear(784, 100)
///       ReLU()
///       Linear(100, 10)
///     }
public final class Sequential: Module, ModuleContainer {
  private let layers: [any Module<Tensor, Tensor>]

  public init(_ layers: [any Module<Tensor, Tensor>]) { self.layers = layers }

  public convenience init(_ layers: any Module<Tensor, Tensor>...) { self.init(layers) }

  public convenience init(@SequentialBuilder _ layers: () -> [any Module<Tensor, Tensor>]) {
    self.init(layers())
  }

  var modules: [any Module] { layers }

  public func forward(_ x: Tensor) throws -> Tensor {
    var x = x
    for layer in layers { x = try layer(x) }
    return x
  }

  public var count: Int { layers.count }

  public subscript(position: Int) -> any Module<Tensor, Tensor> { layers[position] }
}

@resultBuilder
public enum SequentialBuilder {
  public typealias Layer = any Module<Tensor, Tensor>

  public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
  public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
  public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
  public static func buildEither(first part: [Layer]) -> [Layer] { part }
  public static func buildEither(second part: [Layer]) -> [Layer] { part }
  public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
}
