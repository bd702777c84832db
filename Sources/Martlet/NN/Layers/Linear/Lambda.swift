/// A function as a module.
///
///     let net = Sequential(Lambda { try $0.reshape([-1, 784]) }, Linear(784, 10))
public final class Lambda<Input, Output>: Module, Sendable {
  private let body: @Sendable (Input) throws -> Output

  /// A module whose `forward` is `body`.
  public init(_ body: @escaping @Sendable (Input) throws -> Output) { self.body = body }

  /// What the function returns.
  public func forward(_ input: Input) throws -> Output { try body(input) }

  /// `Lambda`, without its types.
  public var layerName: String { "Lambda" }
}
