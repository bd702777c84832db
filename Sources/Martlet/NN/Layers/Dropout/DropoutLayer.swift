/// A layer that drops something at random while training, and is the identity otherwise.
public class DropoutLayer: Module, TrainingDependent, @unchecked Sendable {
  // Sendable: everything that it and its subclasses store is constant.
  private let function: @Sendable (Tensor, _ training: Bool) throws -> Tensor
  private let name: String?
  /// The probability to be dropped.
  public let p: Double
  /// Whether anything is dropped.
  public let mode = TrainingMode()

  init(
    _ p: Double, name: String? = nil,
    _ function: @escaping @Sendable (Tensor, _ training: Bool) throws -> Tensor
  ) {
    self.p = p
    self.name = name
    self.function = function
  }

  /// `x` with something dropped while training, else `x` itself.
  ///
  /// - Throws: `TensorError.argument` unless p is between 0 and 1.
  public final func forward(_ x: Tensor) throws -> Tensor { try function(x, isTraining) }

  /// The name of PyTorch's layer.
  public var layerName: String { name ?? "\(Swift.type(of: self))" }

  /// The probability, as PyTorch prints it.
  public var extraDescription: String { "p=\(p.literal), inplace=False" }
}
