/// How `AveragedModel` weighs a new value of a parameter against its average.
public enum AveragingRule: Sendable {
  /// All values count the same: stochastic weight averaging.
  case mean
  /// The average keeps the part `decay` of itself: an exponential moving average.
  case exponential(decay: Double)
}

/// Averages of a module's parameters over training, which often do better than the last values.
///
///     let average = try AveragedModel(net, .exponential(decay: 0.999))
///     for (x, y) in batches {
///       ...
///       try optimizer.step()
///       try average.update()
///     }
///     let accuracy = try average.withAverages { try evaluate(net) }
///
/// Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", 2018;
/// Polyak, Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992.
public final class AveragedModel {
  private let module: any Module
  private let rule: AveragingRule
  private let useBuffers: Bool
  private var averages: [(name: String, member: ModuleMember, value: Tensor)]
  /// How many values have gone into the averages.
  public private(set) var count = 0

  /// Averages that are the module's present values until the first `update()`.
  ///
  /// - Parameters:
  ///   - module: The module, which goes on being trained.
  ///   - rule: How new values are weighed.
  ///   - useBuffers: Whether persistent buffers of floating point, such as running statistics, are
  ///     averaged too. Otherwise the module's own are used; see `updateBatchNorm`.
  /// - Throws: `TensorError.argument` for a decay outside of [0, 1].
  public init(_ module: any Module, _ rule: AveragingRule = .mean, useBuffers: Bool = false) throws
  {
    if case .exponential(let decay) = rule {
      try NumberRange.unit.require("AveragedModel", "a decay", decay)
    }
    self.module = module
    self.rule = rule
    self.useBuffers = useBuffers
    var seen: Set<ObjectIdentifier> = []
    averages = module.state.compactMap { name, member in
      switch member {
      case .parameter(let parameter) where seen.insert(ObjectIdentifier(parameter)).inserted:
        (name, member, parameter.value.detached())
      case .buffer(let buffer)
      where useBuffers && buffer.isPersistent && buffer.value.dtype.isFloatingPoint
        && seen.insert(ObjectIdentifier(buffer)).inserted:
        (name, member, buffer.value)
      default: nil
      }
    }
  }

  /// Takes the module's present values into the averages; the first ones become the averages.
  ///
  /// - Throws: `TensorError.shape` for a parameter whose shape has changed.
  public func update() throws {
    let weight =
      switch rule {
      case .mean: 1 / Double(count + 1)
      case .exponential(let decay): 1 - decay
      }
    try noGrad {
      for i in averages.indices {
        let value = averages[i].member.value
        guard value.sizes == averages[i].value.sizes else {
          throw TensorError.shape(
            operation: "AveragedModel", shapes: [averages[i].value.shape, value.shape],
            reason: "\(averages[i].name) has changed its shape")
        }
        if count == 0 {
          averages[i].value = value
        } else {
          try averages[i].value.approach(value, weight)
        }
      }
    }
    count += 1
  }

  /// Runs `body` with the averages in place of the parameters, on this thread; the parameters
  /// themselves stay as they are.
  ///
  ///     let y = try average.withAverages { try net(x) }
  public func withAverages<R>(_ body: () throws -> R) rethrows -> R {
    let overlay = ModuleOverlay()
    for (_, member, value) in averages {
      switch member {
      case .parameter(let parameter): overlay[parameter] = value
      case .buffer(let buffer): overlay[buffer] = value
      case .module: break
      }
    }
    return try ModuleOverlay.with(overlay, body)
  }

  /// Sets the parameters of a module like the averaged one, by default that one itself, to the
  /// averages.
  ///
  ///     try average.copy(to: otherNet)
  ///
  /// - Throws: `TensorError.stateDict` listing everything that the module lacks or has in another
  ///   shape.
  public func copy(to other: (any Module)? = nil) throws {
    let target = other ?? module
    let known = Set(target.state.map(\.name))
    let missing = averages.map(\.name).filter { !known.contains($0) }
    if !missing.isEmpty {
      throw TensorError.stateDict(missing: [], unexpected: missing, mismatched: [])
    }
    try target.load(
      stateDict: TensorDictionary(averages.map { ($0.name, $0.value) }), strict: false)
  }

  /// The averages by path, behind `module.`, and their count.
  public func stateDict() -> TensorDictionary {
    var dictionary = TensorDictionary(averages.map { ("module.\($0.name)", $0.value) })
    dictionary["n_averaged"] = .full([], count, dtype: .int64)
    return dictionary
  }

  /// Takes over the averages of another one. Either all or, when an error is thrown, none.
  ///
  /// - Throws: `TensorError.stateDict` listing everything that is missing, unexpected or does not
  ///   fit.
  public func load(stateDict: TensorDictionary) throws {
    let reader = StateReader(stateDict)
    var (newCount, values) = (count, averages)
    reader.read("n_averaged", into: &newCount)
    for i in values.indices {
      let value = values[i].value
      reader.read("module.\(values[i].name)", shape: value.shape) { tensor in
        values[i].value = try noGrad { try tensor.detached().to(value.dtype) }
      }
    }
    try reader.finish()
    (count, averages) = (newCount, values)
  }
}

extension ModuleMember {
  /// The present value as a constant.
  fileprivate var value: Tensor {
    switch self {
    case .parameter(let parameter): parameter.value.detached()
    case .buffer(let buffer): buffer.value
    case .module: Tensor.zeros([0])
    }
  }
}

extension Tensor {
  /// Moves part of the way to another tensor of the same shape; in place where nothing else holds
  /// this one.
  fileprivate mutating func approach(_ end: Tensor, _ weight: Double) throws {
    // Half precision cannot hold the weights that averages need.
    guard dtype == end.dtype, dtype == .float32 || dtype == .float64, device == end.device else {
      self = try lerp(end.to(dtype), weight)
      return
    }
    try makeWritable()
    let factor = try Tensor(.float(weight), dtype: dtype, device: device)
    let factors = try View.expand(factor, to: sizes)
    try buffer.backend.ternary(.lerp, buffer, buffer, end.buffer, factors.buffer)
  }
}
