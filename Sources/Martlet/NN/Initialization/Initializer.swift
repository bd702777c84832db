/// What parameters are filled with before training.
///
///     try layer.weight.initialize(.kaimingNormal(nonlinearity: .relu))
///
///     try net.apply { module in
///       if let linear = module as? Linear {
///         try linear.weight.initialize(.orthogonal(gain: 2))
///         try linear.bias?.initialize(.zeros)
///       }
///     }
///
/// Where a method depends on how many inputs and outputs an element has, a parameter is taken to be
/// a layer's weight: `[outputs, inputs, ...]` with a kernel's sizes behind.
public struct Initializer: Sendable {
  /// Makes a tensor of a shape, of float32 or float64.
  private let make: @Sendable (_ shape: [Int], _ dtype: DType) throws -> Tensor

  /// An initializer of one's own.
  ///
  ///     let ramp = Initializer { shape, dtype in
  ///       try Tensor.linspace(0, 1, shape.reduce(1, *), dtype: dtype).reshape(shape)
  ///     }
  ///
  /// - Parameter make: Makes a tensor of a shape and a dtype, which is float32 or float64.
  public init(_ make: @escaping @Sendable (_ shape: [Int], _ dtype: DType) throws -> Tensor) {
    self.make = make
  }

  /// A new tensor.
  ///
  ///     let weight = try Initializer.xavierUniform().tensor([128, 64])
  ///
  /// - Throws: `TensorError` for a shape that the method does not take or an argument out of its
  ///   range.
  public func tensor(_ shape: [Int], dtype: DType = .float32, device: Device = .cpu) throws
    -> Tensor
  {
    guard dtype.isFloatingPoint else {
      throw TensorError.dtype(
        operation: "initialize", dtypes: [dtype], reason: "parameters are of floating point")
    }
    return try noGrad {
      // Computed also where it is not kept, so that errors are the same on every device.
      let tensor = try make(shape, dtype == .float64 ? .float64 : .float32)
      guard tensor.shape == shape else {
        throw TensorError.shape(
          operation: "initialize", shapes: [tensor.shape, shape],
          reason: "the initializer has made a tensor of another shape")
      }
      if !device.hasElements { return .empty(shape, dtype: dtype, device: device) }
      return try tensor.detached().to(dtype)
    }
  }
}

extension Parameter {
  /// Fills the parameter. Its shape, dtype and device stay, and so does the parameter that
  /// optimizers know.
  ///
  ///     try conv.weight.initialize(.xavierUniform())
  ///
  /// - Throws: `TensorError` for a shape that the method does not take or an argument out of its
  ///   range.
  public func initialize(_ initializer: Initializer) throws {
    let value = value
    try value.validate()
    self.value = try initializer.tensor(value.shape, dtype: value.dtype, device: value.device)
  }
}

extension Module {
  /// Calls `body` with every module inside of this one and then with itself, each once: to
  /// initialize parameters by the type of their layer, for example.
  ///
  ///     try net.apply { module in
  ///       if let conv = module as? Conv2d { try conv.weight.initialize(.dirac()) }
  ///     }
  @discardableResult
  public func apply(_ body: (any Module) throws -> Void) rethrows -> Self {
    var seen: Set<ObjectIdentifier> = []
    func visit(_ module: any Module) throws {
      guard seen.insert(ObjectIdentifier(module)).inserted else { return }
      for case (_, .module(let child)) in module.members { try visit(child) }
      try body(module)
    }
    try visit(self)
    return self
  }
}
