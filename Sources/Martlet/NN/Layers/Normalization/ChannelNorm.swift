import Synchronization

/// What batch and instance normalisation store: parameters and running statistics of channels.
public class ChannelNorm: TrainingDependent, @unchecked Sendable {
  // Sendable: all of it is constant.

  /// What normalized channels are multiplied by, `[C]`; nil without `affine`. Ones at first.
  public let weight: Parameter?
  /// What is added after that, `[C]`; nil without `affine` and `bias`. Zeros at first.
  public let bias: Parameter?
  /// The running mean, `[C]`; nil without `trackRunningStats`. Zeros at first.
  public let runningMean: ModuleBuffer?
  /// The running variance in its unbiased form, `[C]`; nil without `trackRunningStats`. Ones at
  /// first.
  public let runningVar: ModuleBuffer?
  /// How many batches the running statistics have seen.
  public let numBatchesTracked: ModuleBuffer?
  /// What is added to variances.
  public let eps: Double
  /// How far running statistics move towards the input's, from 0 to 1.
  public let momentum: Double?
  /// Whether the input's own statistics are used, and running ones updated.
  public let mode = TrainingMode()
  /// Whether running statistics are plain averages for now, whatever the momentum is.
  let averagesAllBatches = SharedFlag()
  private let features: Int

  init(
    _ layer: String, _ features: Int, eps: Double, momentum: Double?, affine: Bool, bias: Bool,
    trackRunningStats: Bool
  ) {
    var arguments = LayerArguments(layer)
    arguments.require("the number of channels", features, atLeast: 0)
    weight = affine ? arguments.parameter { Tensor.ones([features]) } : nil
    self.bias = affine && bias ? arguments.parameter { Tensor.zeros([features]) } : nil
    func statistic(_ name: String, _ make: () throws -> Tensor) -> ModuleBuffer? {
      trackRunningStats ? arguments.buffer(name, make) : nil
    }
    runningMean = statistic("running_mean") { Tensor.zeros([features]) }
    runningVar = statistic("running_var") { Tensor.ones([features]) }
    numBatchesTracked = statistic("num_batches_tracked") { Tensor.full([], 0) }
    self.features = features
    self.eps = eps
    self.momentum = momentum
  }

  /// Gives `body` the running statistics and keeps, while training, what it leaves in them.
  func withStatistics<R>(_ body: (inout Tensor?, inout Tensor?) throws -> R) rethrows -> R {
    var mean = runningMean?.value
    var variance = runningVar?.value
    let result = try body(&mean, &variance)
    if isTraining {
      if let mean { runningMean?.value = mean }
      if let variance { runningVar?.value = variance }
    }
    return result
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "\(features), eps=\(eps.literal), momentum=\(momentum.literal)"
      + ", affine=\((weight != nil).literal), bias=\((bias != nil).literal)"
      + ", track_running_stats=\((runningMean != nil).literal)"
  }
}

/// A flag that several threads may read and set; false at first.
final class SharedFlag: Sendable {
  private let flag = Atomic(false)

  var isSet: Bool {
    get { flag.load(ordering: .relaxed) }
    set { flag.store(newValue, ordering: .relaxed) }
  }
}
