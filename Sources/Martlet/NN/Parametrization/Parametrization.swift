/// A function that computes a parameter from others, so that it keeps a property such as a norm.
///
///     final class Symmetric: Parametrization {
///       func forward(_ originals: [Tensor]) throws -> Tensor {
///         let upper = try originals[0].triu()
///         return try upper + upper.triu(1).transpose(0, 1)
///       }
///     }
///     try parametrize(layer, with: Symmetric())
public protocol Parametrization: Module where Input == [Tensor], Output == Tensor {
  /// The tensors of which `forward` makes `value`, or what it takes for it. By default the value
  /// itself.
  func rightInverse(_ value: Tensor) throws -> [Tensor]

  /// The tensors to start with, given the parameter's value so far. By default those of
  /// `rightInverse`.
  func start(_ value: Tensor) throws -> [Tensor]
}

extension Parametrization {
  /// Those of `rightInverse`.
  public func start(_ value: Tensor) throws -> [Tensor] { try rightInverse(value) }

  /// The value itself.
  public func rightInverse(_ value: Tensor) throws -> [Tensor] { [value] }
}

/// How a parameter is computed: original parameters and the functions that are applied one after
/// the other. Its state has PyTorch's names: `original` (or `original0`, `original1`, ...), and
/// that of the functions by position.
public final class ParametrizationList: Module, ModuleContainer {
  /// The parameters that are trained.
  public let originals: [Parameter]
  private(set) var steps: [any Parametrization]

  /// A list that gives `value` to start with.
  init(_ step: any Parametrization, of parameter: Parameter) throws {
    let value = parameter.value.detached()
    originals = try noGrad { try step.start(value) }.map { tensor in
      let original = Parameter(tensor.detached())
      original.requiresGrad = parameter.requiresGrad
      return original
    }
    steps = [step]
    let result = try noGrad { try computed() }
    guard result.sizes == value.sizes, result.dtype == value.dtype else {
      throw TensorError.shape(
        operation: "parametrize", shapes: [value.shape, result.shape],
        reason: "\(step.layerName) must keep shape and dtype")
    }
  }

  /// Applies one more function, to the result of those before.
  func append(_ step: any Parametrization) throws {
    let before = try computed()
    let result = try noGrad { try step([before]) }
    guard result.sizes == before.sizes, result.dtype == before.dtype else {
      throw TensorError.shape(
        operation: "parametrize", shapes: [before.shape, result.shape],
        reason: "\(step.layerName) must keep shape and dtype")
    }
    steps.append(step)
  }

  /// The parameter, computed from the originals.
  public func forward(_ input: Void) throws -> Tensor { try computed() }

  private func computed() throws -> Tensor {
    var values = originals.map(\.value)
    for step in steps { values = [try step(values)] }
    guard let value = values.first else {
      throw TensorError.argument(operation: "parametrize", reason: "there are no originals")
    }
    return value
  }

  /// The parameter; if it cannot be computed, a tensor whose first use throws why.
  var value: Tensor { .creating(requiresGrad: false) { try computed() } }

  /// Sets the originals so that the parameter becomes `value`. If that cannot be, their first use
  /// throws why.
  func assign(_ value: Tensor) {
    do {
      let tensors = try noGrad {
        try steps.reversed().reduce([value.detached()]) { values, step in
          guard let value = values.first, values.count == 1 else {
            throw TensorError.argument(
              operation: "parametrize", reason: "a step before the last gives several tensors")
          }
          return try step.rightInverse(value)
        }
      }
      for (original, tensor) in zip(originals, tensors) { original.value = tensor }
    } catch {
      let failed = Tensor.creating(requiresGrad: false) { throw error }
      for original in originals { original.value = failed }
    }
  }

  var contents: [(name: String, value: Any)] {
    originals.enumerated().map { (originals.count == 1 ? "original" : "original\($0)", $1) }
      + steps.enumerated().map { ("\($0)", $1) }
  }
}

/// Computes a parameter of a module by a function of others from now on. The module's state has
/// `parametrizations.weight.original` in place of `weight`; make optimizers after this.
///
///     try parametrize(layer, with: Symmetric())
///
/// - Parameters:
///   - module: The module that has the parameter itself, not in a submodule.
///   - name: The parameter's name.
///   - parametrization: The function. Further ones are applied to the result of those before.
/// - Returns: The module.
/// - Throws: `TensorError.argument` if there is no such parameter, `TensorError.shape` if the
///   function changes the shape or the dtype.
@discardableResult
public func parametrize<M: Module>(
  _ module: M, _ name: String = "weight", with parametrization: some Parametrization
) throws -> M {
  let parameter = try module.ownParameter(name, "parametrize")
  if let list = parameter.parametrizations {
    try list.append(parametrization)
  } else {
    parameter.parametrizations = try ParametrizationList(parametrization, of: parameter)
  }
  return module
}

/// Makes a parameter that `parametrize` has replaced a variable of its own again.
///
///     try removeParametrizations(layer)
///
/// - Parameters:
///   - module: The module that has the parameter itself.
///   - name: The parameter's name.
///   - leaveParametrized: Whether the parameter keeps the computed value, else that of its
///     original, of which there must be only one.
/// - Returns: The module.
/// - Throws: `TensorError.argument` if there is no such parameter, or several originals.
@discardableResult
public func removeParametrizations<M: Module>(
  _ module: M, _ name: String = "weight", leaveParametrized: Bool = true
) throws -> M {
  let parameter = try module.ownParameter(name, "removeParametrizations")
  guard let list = parameter.parametrizations else {
    throw TensorError.argument(
      operation: "removeParametrizations", reason: "\(name) is not parametrized")
  }
  guard leaveParametrized || list.originals.count == 1 else {
    throw TensorError.argument(
      operation: "removeParametrizations", reason: "\(name) has \(list.originals.count) originals")
  }
  let value = try leaveParametrized ? list(()) : list.originals[0].value
  parameter.parametrizations = nil
  parameter.value = value
  return module
}

extension Module {
  /// A parameter that the module has itself, also one that is computed.
  func ownParameter(_ name: String, _ operation: String) throws -> Parameter {
    for case (name, .parameter(let parameter)) in storedMembers { return parameter }
    throw TensorError.argument(
      operation: operation, reason: "\(layerName) has no parameter \(name)")
  }
}
