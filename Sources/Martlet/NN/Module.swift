/// A part of a model: parameters, other modules, and a function of them.
///
///     final class Net: Module {
///       let hidden = Linear(784, 100)
///       let head = Linear(100, 10)
///       func forward(_ x: Tensor) throws -> Tensor {
///         try head(hidden(x).relu())
///       }
///     }
///
/// Parameters (`Parameter`), buffers (`ModuleBuffer`) and submodules are found among the stored
/// properties, also in arrays, optionals and superclasses, in the order of declaration, and are
/// named by them: `hidden.weight`.
public protocol Module<Input, Output>: AnyObject, CustomStringConvertible {
  /// What `forward` takes: a tensor, or for several a tuple.
  associatedtype Input = Tensor
  /// What `forward` gives.
  associatedtype Output = Tensor

  /// Computes the output. Implement it, but call the module itself: `net(x)`.
  func forward(_ input: Input) throws -> Output

  /// The name in descriptions and errors; by default that of the type.
  var layerName: String { get }

  /// What descriptions show between the parentheses after the name.
  var extraDescription: String { get }

  /// The names in paths and state dictionaries of stored properties that have others in the source.
  var memberNames: [String: String] { get }
}

extension Module {
  /// The type's name.
  public var layerName: String { "\(Swift.type(of: self))" }

  /// Nothing.
  public var extraDescription: String { "" }

  /// None.
  public var memberNames: [String: String] { [:] }

  /// Applies the module. An error inside carries the path to the module that it arose in.
  ///
  ///     let y = try net(x)
  @inline(__always)
  public func callAsFunction(_ input: Input) throws -> Output {
    do {
      return ModuleHooks.areInUse ? try ModuleHooks.call(self, input) : try forward(input)
    } catch let error as TensorError {
      throw ErrorPath.extended(error, by: self)
    }
  }

  /// Runs `body`, a way to apply this module other than by its `forward`, so that errors carry the
  /// path all the same.
  func applying<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as TensorError {
      throw ErrorPath.extended(error, by: self)
    }
  }

  /// Applies a module of two inputs.
  ///
  ///     let loss = try CrossEntropyLoss()(logits, labels)
  @inline(__always)
  public func callAsFunction<A, B>(_ a: A, _ b: B) throws -> Output where Input == (A, B) {
    try callAsFunction((a, b))
  }

  /// Applies a module of three inputs.
  ///
  ///     let loss = try TripletMarginLoss()(anchor, positive, negative)
  @inline(__always)
  public func callAsFunction<A, B, C>(_ a: A, _ b: B, _ c: C) throws -> Output
  where Input == (A, B, C) {
    try callAsFunction((a, b, c))
  }

  /// Applies a module of four inputs.
  ///
  ///     let loss = try CTCLoss()(logProbabilities, labels, inputLengths, labelLengths)
  @inline(__always)
  public func callAsFunction<A, B, C, D>(_ a: A, _ b: B, _ c: C, _ d: D) throws -> Output
  where Input == (A, B, C, D) {
    try callAsFunction((a, b, c, d))
  }
}

extension Module {
  /// Puts this module and all inside of it into training mode, or out of it.
  ///
  ///     net.train()
  @discardableResult
  public func train(_ mode: Bool = true) -> Self {
    for (_, module) in namedModules() { (module as? any TrainingDependent)?.isTraining = mode }
    return self
  }

  /// Puts this module and all inside of it into evaluation mode.
  ///
  ///     net.eval()
  @discardableResult
  public func eval() -> Self { train(false) }

  /// Sets all gradients back to none.
  ///
  ///     net.zeroGrad()
  public func zeroGrad() {
    for (_, parameter) in namedParameters() { parameter.grad = nil }
  }

  /// Whether operations on the parameters of this module and all inside of it are recorded.
  ///
  ///     net.requiresGrad(false)
  @discardableResult
  public func requiresGrad(_ flag: Bool) -> Self {
    for (_, parameter) in namedParameters() { parameter.requiresGrad = flag }
    return self
  }
}
