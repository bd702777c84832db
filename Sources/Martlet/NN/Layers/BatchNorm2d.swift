import Synchronization

/// Brings every channel of `[N, C, H, W]` to mean 0 and variance 1, by the batch's statistics while
/// training and by running ones after, then scales and shifts it.
///
/// Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal
/// Covariate Shift", 2015.
public final class BatchNorm2d: Module, TrainingDependent, Sendable {
  public let weight: Parameter?
  public let bias: Parameter?
  public let runningMean: ModuleBuffer?
  public let runningVar: ModuleBuffer?
  public let numBatchesTracked: ModuleBuffer?
  public let eps: Double
  /// How far running statistics move towards the batch's; nil for their plain average over all
  /// batches.
  public let momentum: Double?
  private let features: Int
  private let training = Atomic(true)

  public var isTraining: Bool {
    get { training.load(ordering: .relaxed) }
    set { training.store(newValue, ordering: .relaxed) }
  }

  public init(
    _ numFeatures: Int, eps: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true,
    trackRunningStats: Bool = true
  ) {
    features = numFeatures
    weight = affine ? Parameter(Tensor.ones([numFeatures])) : nil
    bias = affine ? Parameter(Tensor.zeros([numFeatures])) : nil
    runningMean =
      trackRunningStats
      ? ModuleBuffer(wrappedValue: Tensor.zeros([numFeatures]), "running_mean") : nil
    runningVar =
      trackRunningStats
      ? ModuleBuffer(wrappedValue: Tensor.ones([numFeatures]), "running_var") : nil
    numBatchesTracked =
      trackRunningStats
      ? ModuleBuffer(wrappedValue: Tensor.full([], 0), "num_batches_tracked") : nil
    self.eps = eps
    self.momentum = momentum
  }

  public func forward(_ x: Tensor) throws -> Tensor {
    guard x.rank == 4 else {
      throw TensorError.rank(operation: "BatchNorm2d", rank: x.rank, expected: "4")
    }
    var mean = runningMean?.value
    var variance = runningVar?.value
    let useBatch = isTraining || mean == nil
    var factor = momentum ?? 0
    if isTraining, let counter = numBatchesTracked {
      counter.value = try counter.value + 1
      if momentum == nil { factor = 1 / (try counter.value.item()) }
    }
    let result = try batchNorm(
      x, runningMean: &mean, runningVar: &variance, weight: weight?.value, bias: bias?.value,
      training: useBatch, momentum: factor, eps: eps)
    if isTraining {
      if let mean { runningMean?.value = mean }
      if let variance { runningVar?.value = variance }
    }
    return result
  }

  public var extraDescription: String {
    "\(features), eps=\(eps), momentum=\(momentum.map { "\($0)" } ?? "None"), affine=\(weight != nil)"
      + ", track_running_stats=\(runningMean != nil)"
  }
}
