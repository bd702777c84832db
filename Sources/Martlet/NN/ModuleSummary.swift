/// What the modules of a tree do with an input: their output shapes, sizes and work.
///
///     print(try net.summary(inputShape: [1, 3, 32, 32]))
public struct ModuleSummary: Sendable {
  /// One module of the tree.
  public struct Row: Sendable {
    /// The path; empty for the module itself.
    public let path: String
    /// The layer's name, such as `Conv2d`.
    public let layer: String
    /// The shape of each tensor of the output, of the last call; empty for a module that was not
    /// called.
    public fileprivate(set) var outputShapes: [[Int]] = []
    /// How many times the module was called.
    public fileprivate(set) var calls = 0
    /// The elements of the parameters that this module has, not counting those of modules inside of
    /// it, nor those that stand in an earlier row.
    public let parameters: Int
    /// How many of them are trained.
    public let trainableParameters: Int
    /// The memory of these parameters and of the module's buffers, in bytes.
    public let parameterBytes: Int
    /// The memory of the outputs of all calls, in bytes.
    public fileprivate(set) var outputBytes = 0
    /// The products with a sum (matrix products, convolutions, attention) of all calls, those of
    /// modules inside of it included.
    public fileprivate(set) var multiplyAdds = 0
  }

  /// The modules, each before those inside of it.
  public fileprivate(set) var rows: [Row]

  /// The elements of all parameters.
  public var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
  /// How many of them are trained.
  public var trainableParameters: Int { rows.reduce(0) { $0 + $1.trainableParameters } }
  /// The memory of all parameters and buffers, in bytes.
  public var parameterBytes: Int { rows.reduce(0) { $0 + $1.parameterBytes } }
  /// The products with a sum of the whole.
  public var multiplyAdds: Int { rows.first?.multiplyAdds ?? 0 }
}

extension Module {
  /// Calls the module on the null device, where shapes are computed and elements do not exist, and
  /// tells for each module of the tree what came of it. No memory is used for activations, and
  /// nothing in the module changes.
  ///
  ///     let summary = try net.summary((Tensor.zeros([2, 7, 16], device: .null), nil))
  ///
  /// - Parameter input: Made of tensors on the null device.
  /// - Throws: What the module throws, such as for shapes that it does not take;
  ///   `TensorError.device` where a result depends on elements.
  public func summary(_ input: Input) throws -> ModuleSummary {
    let overlay = ModuleOverlay(keepingWrites: true)
    for (_, member) in state {
      switch member {
      case .parameter(let parameter): overlay[parameter] = try parameter.value.to(device: .null)
      case .buffer(let buffer): overlay[buffer] = try buffer.value.to(device: .null)
      case .module: break
      }
    }
    let observer = SummaryObserver(self, overlay)
    defer { observer.stop() }
    _ = try ModuleOverlay.with(overlay, over: nil) { try noGrad { try self(input) } }
    return ModuleSummary(rows: observer.rows)
  }
}

extension Module where Input == Tensor {
  /// As `summary(_:)`, for an input of a shape.
  ///
  ///     print(try net.summary(inputShape: [1, 3, 32, 32]))
  public func summary(
    inputShape: [Int], dtype: DType = .float32
  ) throws -> ModuleSummary {
    try summary(Tensor.zeros(inputShape, dtype: dtype, device: .null))
  }
}

/// Takes down the calls of a tree's modules while a summary is made.
private final class SummaryObserver {
  private(set) var rows: [ModuleSummary.Row] = []
  private let overlay: ModuleOverlay
  private var handles: [HookHandle] = []

  init(_ root: any Module, _ overlay: ModuleOverlay) {
    self.overlay = overlay
    var seen: Set<ObjectIdentifier> = []
    for (path, module) in root.namedModules() {
      rows.append(SummaryObserver.row(path, module, &seen))
      observe(module, at: rows.count - 1)
    }
  }

  func stop() {
    for handle in handles { handle.remove() }
  }

  private static func row(
    _ path: String, _ module: any Module, _ seen: inout Set<ObjectIdentifier>
  ) -> ModuleSummary.Row {
    var (count, trainable, bytes) = (0, 0, 0)
    for (_, member) in module.members {
      switch member {
      case .parameter(let parameter) where seen.insert(ObjectIdentifier(parameter)).inserted:
        count += parameter.value.count
        if parameter.requiresGrad { trainable += parameter.value.count }
        bytes += parameter.value.buffer.byteCount
      case .buffer(let buffer) where seen.insert(ObjectIdentifier(buffer)).inserted:
        bytes += buffer.value.buffer.byteCount
      default: break
      }
    }
    return ModuleSummary.Row(
      path: path, layer: module.layerName, parameters: count, trainableParameters: trainable,
      parameterBytes: bytes)
  }

  private func observe<M: Module>(_ module: M, at index: Int) {
    let around: ModuleHooks.Around<M> = { input, forward in
      // Hooks are seen by every thread; another one's calls are none of ours.
      guard ModuleOverlay.current === self.overlay else { return try forward(input) }
      let before = NullBackend.multiplyAdds
      let output = try forward(input)
      let tensors = SummaryObserver.tensors(in: output)
      self.rows[index].calls += 1
      self.rows[index].outputShapes = tensors.map(\.shape)
      self.rows[index].outputBytes += tensors.reduce(0) { $0 + $1.buffer.byteCount }
      self.rows[index].multiplyAdds += NullBackend.multiplyAdds - before
      return output
    }
    handles.append(ModuleHooks.add(to: module, around))
  }

  /// The tensors that a value is made of: a tuple, an array, an optional, a structure of them.
  private static func tensors(in value: Any) -> [Tensor] {
    if let tensor = value as? Tensor { return [tensor] }
    return Mirror(reflecting: value).children.flatMap { tensors(in: $0.value) }
  }
}
