/// A layer without parameters: a function and the arguments that it was made with.
public class StatelessLayer<Input>: Module, @unchecked Sendable {
  // Sendable: everything that it and its subclasses store is constant.
  private let function: @Sendable (Input) throws -> Tensor
  /// The arguments, as PyTorch prints them.
  public let extraDescription: String

  init(_ description: String = "", _ function: @escaping @Sendable (Input) throws -> Tensor) {
    extraDescription = description
    self.function = function
  }

  /// The function of the input.
  public final func forward(_ input: Input) throws -> Tensor { try function(input) }
}
