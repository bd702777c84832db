/// The hyper-parameters of one kind of optimizer.
public protocol OptimizerOptions: Sendable {
  /// The size of the steps.
  var learningRate: Double { get set }
}

/// Parameters of an optimizer that share hyper-parameters, which may be changed at any time:
///
///     optimizer.groups[1].learningRate = 1e-4
@dynamicMemberLookup
public final class ParameterGroup<Options: OptimizerOptions> {
  /// The hyper-parameters.
  public var options: Options
  /// The learning rate that schedules start from; nil while there are none.
  var initialLearningRate: Double?
  var slots: [OptimizerSlot]

  init(_ slots: [OptimizerSlot], _ options: Options) {
    self.slots = slots
    self.options = options
  }

  /// The parameters in this group.
  public var parameters: [Parameter] { slots.map(\.parameter) }

  /// A hyper-parameter under its own name.
  public subscript<T>(dynamicMember path: WritableKeyPath<Options, T>) -> T {
    get { options[keyPath: path] }
    set { options[keyPath: path] = newValue }
  }
}

/// A parameter with what an optimizer remembers of it.
struct OptimizerSlot {
  let parameter: Parameter
  /// How many steps the parameter has taken.
  var step = 0
  var numbers = OptimizerNumbers()
  /// Tensors of the parameter's dtype; each kind of optimizer has its own names for them.
  var tensors = OptimizerTensors()
  /// What `numbers` will be when the step that is under way has been taken.
  var pending: OptimizerNumbers?

  init(_ parameter: Parameter) { self.parameter = parameter }
}

/// Numbers that an optimizer remembers of a parameter beside the count of steps.
struct OptimizerNumbers: Equatable {
  var first = 0.0
  var second = 0.0

  subscript(position: Int) -> Double {
    get { position == 0 ? first : second }
    set { if position == 0 { first = newValue } else { second = newValue } }
  }
}

/// Up to three tensors; an array would be an object more for every parameter.
struct OptimizerTensors {
  var first: Tensor?
  var second: Tensor?
  var third: Tensor?

  subscript(position: Int) -> Tensor? {
    get { position == 0 ? first : position == 1 ? second : third }
    set {
      switch position {
      case 0: first = newValue
      case 1: second = newValue
      default: third = newValue
      }
    }
  }
}

extension Parameter {
  /// The gradient if this parameter takes part in a step, laid out as the parameter is and in its
  /// dtype.
  func stepGradient() throws -> Tensor? {
    guard requiresGrad, let gradient = grad else { return nil }
    let value = value
    guard value.device == gradient.device else {
      throw TensorError.device(
        operation: "step",
        reason: "a parameter is on \(value.device) and its gradient on \(gradient.device)")
    }
    guard gradient.sizes == value.sizes else {
      throw TensorError.shape(
        operation: "step", shapes: [value.shape, gradient.shape],
        reason: "a gradient differs in shape from its parameter")
    }
    guard value.dtype.isFloatingPoint else {
      throw TensorError.dtype(
        operation: "step", dtypes: [value.dtype], reason: "a parameter is of floating point")
    }
    if gradient.dtype == value.dtype, gradient.isContiguous { return Tensor(gradient.buffer) }
    return try gradient.detached().to(value.dtype).contiguous()
  }

  /// The elements for writing: row-major, in memory that nothing else refers to.
  func writableElements() throws -> Buffer {
    try update { tensor in
      try tensor.makeWritable()
      return tensor.buffer
    }
  }
}

extension Tensor {
  /// Moves the elements to row-major memory of their own, unless they have it.
  mutating func makeWritable() throws {
    if !(isContiguous && hasOwnMemory) { self = try Copy(dtype: dtype, from: dtype)(self) }
  }
}
