/// Scales the loss so that small gradients do not vanish in float16, and leaves out steps whose
/// gradients have become infinite.
///
///     let scaler = try GradScaler()
///     for (x, y) in batches {
///       optimizer.zeroGrad()
///       let loss = try autocast(.float16) { try crossEntropy(net(x), y) }
///       try scaler.scale(loss).backward()
///       try scaler.unscale(optimizer)
///       try clipGradNorm(net.parameters(), maxNorm: 1)
///       try scaler.step(optimizer)
///       try scaler.update()
///     }
///
/// `unscale` may be left out where nothing looks at gradients before the step. bfloat16 has the
/// range of float32 and needs no scaling.
///
/// Micikevicius et al., "Mixed Precision Training", 2018.
public final class GradScaler {
  /// What losses are multiplied by.
  public private(set) var scale: Double
  /// Whether anything is scaled; otherwise steps are taken as they are.
  public let isEnabled: Bool
  private let growthFactor: Double
  private let backoffFactor: Double
  private let growthInterval: Int
  /// How many updates there were since the scale changed.
  private var goodSteps = 0

  private enum Stage { case unscaled, stepped }
  /// What has happened to optimizers since the last update, and whether their gradients are finite.
  private var optimizers: [ObjectIdentifier: (stage: Stage, isFinite: Bool)] = [:]

  /// - Parameters:
  ///   - initialScale: The first scale.
  ///   - growthFactor: What the scale is multiplied by after `growthInterval` good updates.
  ///   - backoffFactor: What the scale is multiplied by after infinite gradients.
  ///   - growthInterval: How many updates without infinite gradients make the scale grow.
  ///   - isEnabled: Whether anything is scaled.
  /// - Throws: `TensorError.argument` for a scale that is not positive, a growth factor that is not
  ///   above 1, a backoff factor that is not between 0 and 1, or an interval below 1.
  public init(
    initialScale: Double = 65536, growthFactor: Double = 2, backoffFactor: Double = 0.5,
    growthInterval: Int = 2000, isEnabled: Bool = true
  ) throws {
    scale = initialScale
    self.growthFactor = growthFactor
    self.backoffFactor = backoffFactor
    self.growthInterval = growthInterval
    self.isEnabled = isEnabled
    try NumberRange.above(0).require("GradScaler", "an initial scale", initialScale)
    try NumberRange.above(1).require("GradScaler", "a growth factor", growthFactor)
    try NumberRange.insideUnit.require("GradScaler", "a backoff factor", backoffFactor)
    if growthInterval < 1 {
      throw TensorError.argument(
        operation: "GradScaler",
        reason: "a growth interval of \(growthInterval), expected at least 1")
    }
  }

  /// The loss, or anything else, times the scale, in float32 if it was half precision.
  ///
  ///     try scaler.scale(loss).backward()
  public func scale(_ loss: Tensor) throws -> Tensor {
    guard isEnabled else { return loss }
    // A scale of 65536 is infinite in float16.
    return try loss.to(loss.dtype.promoted(with: .float32)) * scale
  }

  /// Divides the gradients of an optimizer's parameters by the scale, where something looks at them
  /// before `step`, such as clipping.
  ///
  ///     try scaler.unscale(optimizer)
  ///
  /// - Throws: `TensorError.argument` if that has happened since the last `update()`;
  ///   `TensorError.dtype` for float16 gradients, in which small numbers would vanish: parameters
  ///   are kept in float32.
  public func unscale(_ optimizer: any Optimizer) throws {
    guard isEnabled else { return }
    if let before = optimizers[ObjectIdentifier(optimizer)] {
      throw TensorError.argument(
        operation: "unscale",
        reason: before.stage == .unscaled
          ? "the gradients have been unscaled since the last update()"
          : "the optimizer has taken its step since the last update()")
    }
    var isFinite = true
    let parameters = optimizer.parameters
    for parameter in parameters where parameter.grad?.dtype == .float16 {
      throw TensorError.dtype(
        operation: "unscale", dtypes: [.float16],
        reason: "parameters have to be kept in float32 for their gradients to be unscaled")
    }
    for parameter in parameters {
      try parameter.updateGradient {
        if isFinite { isFinite = try $0.isAllFinite() }
        try $0 *= 1 / scale
      }
    }
    optimizers[ObjectIdentifier(optimizer)] = (.unscaled, isFinite)
  }

  /// Takes a step of the optimizer, unless a gradient is infinite or not a number; unscales
  /// gradients first if `unscale` has not.
  ///
  ///     try scaler.step(optimizer)
  ///
  /// - Returns: Whether the step was taken.
  /// - Throws: `TensorError.argument` for a second step since the last `update()`; what `unscale`
  ///   and the optimizer throw.
  @discardableResult
  public func step(_ optimizer: any Optimizer) throws -> Bool {
    guard isEnabled else {
      try optimizer.step()
      return true
    }
    let key = ObjectIdentifier(optimizer)
    if optimizers[key]?.stage == .stepped {
      throw TensorError.argument(
        operation: "step", reason: "the optimizer has taken its step since the last update()")
    }
    if optimizers[key] == nil { try unscale(optimizer) }
    let isFinite = optimizers[key]?.isFinite ?? true
    if isFinite { try optimizer.step() }
    optimizers[key] = (.stepped, isFinite)
    return isFinite
  }

  /// Makes the scale smaller if gradients were infinite since the last update, or greater after
  /// many good ones.
  ///
  ///     try scaler.update()
  ///
  /// - Parameter newScale: The scale from now on, where it is to be set by hand.
  /// - Throws: `TensorError.argument` for a scale that is not positive.
  public func update(newScale: Double? = nil) throws {
    // Without a step there is nothing to learn from.
    guard isEnabled, newScale != nil || !optimizers.isEmpty else { return }
    if let newScale {
      try NumberRange.above(0).require("update", "a scale", newScale)
      scale = newScale
    } else if optimizers.values.contains(where: { !$0.isFinite }) {
      scale *= backoffFactor
      goodSteps = 0
    } else {
      goodSteps += 1
      if goodSteps == growthInterval {
        // Beyond float32 every gradient would be infinite.
        let grown = scale * growthFactor
        if grown <= Double(Float.greatestFiniteMagnitude) { scale = grown }
        goodSteps = 0
      }
    }
    optimizers = [:]
  }

  /// The scale and the count of good updates, by name.
  public func stateDict() -> TensorDictionary {
    [
      "scale": .full([], scale, dtype: .float64),
      "_growth_tracker": .full([], goodSteps, dtype: .int64),
    ]
  }

  /// Takes over the scale and the count of another scaler.
  ///
  /// - Throws: `TensorError.stateDict` listing everything that is missing, unexpected or does not
  ///   fit.
  public func load(stateDict: TensorDictionary) throws {
    let reader = StateReader(stateDict)
    var (newScale, newSteps) = (scale, goodSteps)
    reader.read("scale", shape: []) {
      newScale = try $0.item(Double.self)
      try NumberRange.above(0).require("load", "a scale", newScale)
    }
    reader.read("_growth_tracker", into: &newSteps)
    try reader.finish()
    (scale, goodSteps) = (newScale, newSteps)
  }
}
