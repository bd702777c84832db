/// A tensor that training changes: a variable with an identity, shared by a module and the
/// optimizers that update it.
///
/// As a property wrapper it makes a module's property a parameter, under the property's name:
///
///     final class Scale: Module {
///       @Parameter var weight = Tensor.ones([])
///       func forward(_ x: Tensor) throws -> Tensor { try x * weight }
///     }
@propertyWrapper
public final class Parameter: @unchecked Sendable {
  @exclusivity(unchecked) private var tensor: Tensor
  private let variable: Variable
  /// The name in state dictionaries; nil for that of the property.
  public let name: String?
  /// How the value is computed from other parameters, which then stand for this one in the module;
  /// nil if it is a variable of its own. See `parametrize`.
  @exclusivity(unchecked) public internal(set) var parametrizations: ParametrizationList?

  /// A parameter with the elements of a tensor; one made of a variable is that variable.
  ///
  ///     @Parameter("in_proj_weight") var projection = Tensor.randn([30, 10])
  ///
  /// - Parameters:
  ///   - wrappedValue: The elements to start with.
  ///   - name: The name in state dictionaries, where it is not that of the property.
  public init(wrappedValue: Tensor, _ name: String? = nil) {
    variable = (wrappedValue.history as? Variable) ?? Variable()
    tensor = Tensor(wrappedValue.buffer, variable)
    self.name = name
  }

  /// A parameter that is no property's wrapper.
  ///
  ///     let weight = Parameter(Tensor.zeros([10]))
  public convenience init(_ tensor: Tensor) {
    self.init(wrappedValue: tensor)
  }

  /// The current value, a variable. An assigned tensor gives its elements; what it was computed
  /// from is forgotten.
  public var value: Tensor {
    get {
      if let value = ModuleOverlay.current?.value(of: self) { return value }
      return parametrizations?.value ?? tensor
    }
    set {
      if let parametrizations { return parametrizations.assign(newValue) }
      if let overlay = ModuleOverlay.current, overlay.take(newValue, for: self) { return }
      tensor = Tensor(newValue.buffer, requiresGrad ? variable : nil)
    }
  }

  /// The value under the property's name.
  public var wrappedValue: Tensor {
    get { value }
    set { value = newValue }
  }

  /// The parameter itself: `$weight`.
  public var projectedValue: Parameter { self }

  /// The gradient that `backward()` has collected.
  public var grad: Tensor? {
    get { variable.grad }
    set { variable.grad = newValue }
  }

  /// Whether operations on the parameter are recorded. Frozen parameters get no gradients, and
  /// optimizers leave them as they are.
  public var requiresGrad: Bool {
    get { tensor.history != nil }
    set { tensor = Tensor(tensor.buffer, newValue ? variable : nil) }
  }

  /// Lets `body` change the elements in place, without recording. Writes memory that others share,
  /// such as copies of the value, by copying it first.
  func update<R>(_ body: (inout Tensor) throws -> R) rethrows -> R {
    let history = tensor.history
    tensor.history = nil
    defer { tensor.history = history }
    return try noGrad { try body(&tensor) }
  }
}

/// A tensor that belongs to a module's state but is not trained, such as running statistics. Saved
/// and loaded with the parameters.
@propertyWrapper
public final class ModuleBuffer: @unchecked Sendable {
  @exclusivity(unchecked) private var tensor: Tensor
  /// The name in state dictionaries; nil for that of the property.
  public let name: String?
  /// Whether state dictionaries hold it.
  public let isPersistent: Bool

  /// A buffer with the elements of a tensor.
  ///
  ///     @ModuleBuffer("running_mean") var mean = Tensor.zeros([10])
  ///
  /// - Parameters:
  ///   - wrappedValue: The elements to start with.
  ///   - name: The name in state dictionaries, where it is not that of the property.
  ///   - persistent: Whether state dictionaries hold it.
  public init(wrappedValue: Tensor, _ name: String? = nil, persistent: Bool = true) {
    tensor = wrappedValue.detached()
    self.name = name
    isPersistent = persistent
  }

  /// The current value, a constant.
  public var value: Tensor {
    get { ModuleOverlay.current?.value(of: self) ?? tensor }
    set {
      let value = newValue.detached()
      if let overlay = ModuleOverlay.current, overlay.take(value, for: self) { return }
      tensor = value
    }
  }

  /// The value under the property's name.
  public var wrappedValue: Tensor {
    get { value }
    set { value = newValue }
  }

  /// The buffer itself: `$runningMean`.
  public var projectedValue: ModuleBuffer { self }
}

extension Parameter: CustomStringConvertible {
  /// The value, as PyTorch prints it.
  public var description: String { "Parameter containing:\n\(wrappedValue)" }
}
