/// A loss as a module: a function of results and targets, and how the losses of single elements
/// become one.
///
///     let loss = MSELoss()
///     try loss(net(x), target).backward()
public class LossLayer<Input>: StatelessLayer<Input>, @unchecked Sendable {
  /// How the losses of single elements become the result.
  public let reduction: LossReduction

  init(_ reduction: LossReduction, _ function: @escaping @Sendable (Input) throws -> Tensor) {
    self.reduction = reduction
    super.init("", function)
  }

  /// Factors of losses, which belong to the module's state.
  static func buffer(_ weight: Tensor?, _ name: String) -> ModuleBuffer? {
    weight.map { ModuleBuffer(wrappedValue: $0, name) }
  }
}
