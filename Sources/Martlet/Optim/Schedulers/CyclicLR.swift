import Glibc

/// How the height of `CyclicLR`'s triangles changes.
public enum CyclicMode {
  /// It stays.
  case triangular
  /// It is halved with every cycle.
  case triangular2
  /// It is multiplied by `gamma` with every step.
  case expRange(gamma: Double)
  /// It is a function of the cycle, counted from 1, times the whole height.
  case ofCycle((Int) -> Double)
  /// It is a function of the step, counted from 0, times the whole height.
  case ofStep((Int) -> Double)
}

/// Rates that go up and down between two bounds in triangles, and the momentum the other way.
///
/// Smith, "Cyclical Learning Rates for Training Neural Networks", 2017. To be stepped after every
/// batch.
///
///     let scheduler = try CyclicLR(optimizer, baseLearningRate: 0.001, maxLearningRate: 0.1)
public final class CyclicLR: EpochScheduler {
  private let maxRates: [Double]
  private let total: Double
  private let ratio: Double
  private let mode: CyclicMode
  private let momentums: MomentumCycle?

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - baseLearningRate: The lower bound, where a cycle starts.
  ///   - maxLearningRate: The upper bound.
  ///   - stepSizeUp: The steps on the way up.
  ///   - stepSizeDown: The steps on the way down; by default the same.
  ///   - mode: How the height changes.
  ///   - cycleMomentum: Whether the momentum, or the first beta, goes from `maxMomentum` to
  ///     `baseMomentum` and back.
  ///   - baseMomentum: The lower bound of the momentum.
  ///   - maxMomentum: The upper bound of the momentum.
  /// - Throws: `TensorError.argument` for steps below 1 on the way up or below 0 on the way down, a
  ///   list that is not as long as the list of parameter groups, or an optimizer without momentum
  ///   if it is to change.
  public init(
    _ optimizer: any Optimizer, baseLearningRate: some PerGroupConvertible,
    maxLearningRate: some PerGroupConvertible, stepSizeUp: Int = 2000, stepSizeDown: Int? = nil,
    mode: CyclicMode = .triangular, cycleMomentum: Bool = true,
    baseMomentum: some PerGroupConvertible = 0.8, maxMomentum: some PerGroupConvertible = 0.9
  ) throws {
    let count = optimizer.learningRates.count
    let rates = try baseLearningRate.values(count, "CyclicLR", "lower bounds")
    maxRates = try maxLearningRate.values(count, "CyclicLR", "upper bounds")
    total = Double(stepSizeUp) + Double(stepSizeDown ?? stepSizeUp)
    ratio = Double(stepSizeUp) / total
    self.mode = mode
    momentums =
      cycleMomentum
      ? try MomentumCycle(optimizer, baseMomentum, maxMomentum, "CyclicLR") : nil
    super.init(optimizer, baseRates: rates)
    try require("a number of steps up", stepSizeUp, atLeast: 1)
    try require("a number of steps down", stepSizeDown ?? stepSizeUp, atLeast: 0)
    optimizer.learningRates = rates
    try start()
  }

  /// How far up the triangle is, of the whole height.
  private var height: Double {
    let cycles = floor(1 + Double(epoch) / total)
    let x = 1 + Double(epoch) / total - cycles
    let position = x <= ratio ? x / ratio : (x - 1) / (ratio - 1)
    let cycle = Int(clamping: cycles)
    let scale =
      switch mode {
      case .triangular: 1.0
      case .triangular2: 1 / pow(2, Double(cycle - 1))
      case .expRange(let gamma): pow(gamma, Double(epoch))
      case .ofCycle(let scale): scale(cycle)
      case .ofStep(let scale): scale(epoch)
      }
    return position * scale
  }

  override func epochChanged() {
    guard let momentums else { return }
    let height = height
    optimizer.momentums = zip(momentums.base, momentums.max).map { $1 - ($1 - $0) * height }
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    baseRates[group] + (maxRates[group] - baseRates[group]) * height
  }

  override func initialRate(_ group: Int, _ last: Double) throws -> Double {
    try rate(group, last)
  }
}

/// The bounds between which a scheduler moves the momentum.
struct MomentumCycle {
  let base: [Double]
  let max: [Double]

  init(
    _ optimizer: any Optimizer, _ base: some PerGroupConvertible, _ max: some PerGroupConvertible,
    _ scheduler: String
  ) throws {
    guard let momentums = optimizer.momentums else {
      throw TensorError.argument(
        operation: scheduler,
        reason: "the optimizer has no momentum to change; cycleMomentum: false leaves it alone")
    }
    self.base = try base.values(momentums.count, scheduler, "lower bounds of the momentum")
    self.max = try max.values(momentums.count, scheduler, "upper bounds of the momentum")
  }
}
