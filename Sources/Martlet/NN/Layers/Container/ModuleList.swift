/// A list of modules, which another module applies as it likes. They are named by position:
/// `0.weight`.
///
///     final class Tower: Module {
///       let layers = ModuleList((0..<8).map { _ in Linear(64, 64) })
///       func forward(_ x: Tensor) throws -> Tensor {
///         try layers.reduce(x) { try $1($0).relu() }
///       }
///     }
public final class ModuleList<Element>: ModuleElements<Element>, Module {
  /// A list of modules, or of existentials such as `any Module<Tensor, Tensor>`.
  public override init(_ modules: [Element] = []) { super.init(modules) }

  /// Cannot be called: a list is no function.
  public func forward(_ input: Never) throws -> Never {}

  /// `ModuleList`, without its type.
  public var layerName: String { "ModuleList" }
}

/// A list of parameters. They are named by position.
///
///     final class Mixture: Module {
///       let factors = ParameterList((0..<4).map { _ in Tensor.randn([8, 8]) })
///       func forward(_ x: Tensor) throws -> Tensor {
///         try factors.reduce(x) { try $0.matmul($1.value) }
///       }
///     }
public final class ParameterList: ModuleElements<Parameter>, Module {
  /// A list of parameters.
  public override init(_ parameters: [Parameter] = []) { super.init(parameters) }

  /// Parameters with the elements of tensors.
  public convenience init(_ tensors: [Tensor]) { self.init(tensors.map { Parameter($0) }) }

  /// Adds a parameter with the elements of a tensor.
  ///
  ///     factors.append(Tensor.randn([8, 8]))
  public func append(_ tensor: Tensor) { append(Parameter(tensor)) }

  /// Cannot be called: a list is no function.
  public func forward(_ input: Never) throws -> Never {}
}
