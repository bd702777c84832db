/// Modules by key, which another module applies as it likes. They are named by key: `depth.weight`.
///
///     let heads: ModuleDict = ["depth": Linear(64, 1), "class": Linear(64, 10)]
///     if let head = heads["depth"] { print(try head(features)) }
public final class ModuleDict<Element>: ModuleEntries<Element>, Module,
  ExpressibleByDictionaryLiteral
{
  /// Modules by key, or existentials such as `any Module<Tensor, Tensor>`.
  public override init(_ modules: KeyValuePairs<String, Element> = [:]) { super.init(modules) }

  /// Modules by key.
  public convenience init(dictionaryLiteral elements: (String, Element)...) {
    self.init()
    for (key, element) in elements { self[key] = element }
  }

  /// Cannot be called: a dictionary is no function.
  public func forward(_ input: Never) throws -> Never {}

  /// `ModuleDict`, without its type.
  public var layerName: String { "ModuleDict" }
}

/// Parameters by key. They are named by it.
///
///     let scales: ParameterDict = ["near": Tensor.ones([]), "far": Tensor.zeros([])]
///     if let near = scales["near"] { print(near.value) }
public final class ParameterDict: ModuleEntries<Parameter>, Module, ExpressibleByDictionaryLiteral {
  /// Parameters by key.
  public override init(_ parameters: KeyValuePairs<String, Parameter> = [:]) {
    super.init(parameters)
  }

  /// Parameters with the elements of tensors, by key.
  public convenience init(dictionaryLiteral elements: (String, Tensor)...) {
    self.init()
    for (key, tensor) in elements { self[key] = Parameter(tensor) }
  }

  /// Cannot be called: a dictionary is no function.
  public func forward(_ input: Never) throws -> Never {}
}
