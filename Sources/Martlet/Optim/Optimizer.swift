/// What updates parameters by their gradients.
///
///     for (x, y) in batches {
///       optimizer.zeroGrad()
///       try crossEntropy(net(x), y).backward()
///       try optimizer.step()
///     }
///
/// Gradients of several batches add up where `zeroGrad()` and `step()` are called once for all of
/// them:
///
///     for (number, (x, y)) in batches.enumerated() {
///       try (crossEntropy(net(x), y) / 4).backward()
///       if number % 4 == 3 {
///         try optimizer.step()
///         optimizer.zeroGrad()
///       }
///     }
public protocol Optimizer: AnyObject {
  /// Updates every parameter that has a gradient and is not frozen. Others keep their state as
  /// well.
  func step() throws

  /// A step that computes the loss and its gradients itself, several times if the method needs it.
  ///
  ///     let loss = try optimizer.step {
  ///       optimizer.zeroGrad()
  ///       let loss = try mseLoss(net(x), y)
  ///       try loss.backward()
  ///       return loss
  ///     }
  ///
  /// - Parameter loss: Computes the loss and, by `backward()`, the gradients of all parameters.
  /// - Returns: The loss before the step.
  @discardableResult
  func step(_ loss: () throws -> Tensor) throws -> Tensor

  /// The parameters that are updated.
  var parameters: [Parameter] { get }

  /// Sets the gradients of all parameters back to none.
  func zeroGrad()

  /// The size of the steps, for every parameter group; of a list that is set, what is missing
  /// leaves its group as it is.
  var learningRates: [Double] { get set }

  /// The learning rates that schedules start from: those that the optimizer had when its first
  /// scheduler was made, or has now if there was none.
  var initialLearningRates: [Double] { get set }

  /// The momentum, or for kin of Adam the first beta, of every parameter group; nil for a method
  /// without.
  var momentums: [Double]? { get set }

  /// Hyper-parameters and state by name, from which `load(stateDict:)` continues with the same
  /// bits. The tensors are constants; later steps do not change them.
  ///
  ///     try Safetensors.save(optimizer.stateDict(), to: "optimizer.safetensors")
  func stateDict() -> TensorDictionary

  /// Takes over hyper-parameters and state of an optimizer with the same parameters in the same
  /// order and groups. Either all of them or, when an error is thrown, none.
  ///
  ///     try optimizer.load(stateDict: Safetensors.load("optimizer.safetensors"))
  ///
  /// - Throws: `TensorError.stateDict` listing everything that is missing, unexpected or does not
  ///   fit.
  func load(stateDict: TensorDictionary) throws
}

extension Optimizer {
  /// Computes the loss and its gradients once, then updates the parameters.
  @discardableResult
  public func step(_ loss: () throws -> Tensor) throws -> Tensor {
    let value = try enableGrad(loss)
    try step()
    return value
  }

  /// The present ones.
  public var initialLearningRates: [Double] {
    get { learningRates }
    set {}
  }

  /// None.
  public var momentums: [Double]? {
    get { nil }
    set {}
  }

  /// The size of the steps: that of the first group; setting it sets that of all.
  public var learningRate: Double {
    get { learningRates.first ?? 0 }
    set { learningRates = learningRates.map { _ in newValue } }
  }

  /// Sets the gradients of all parameters back to none.
  public func zeroGrad() {
    for parameter in parameters { parameter.grad = nil }
  }
}
