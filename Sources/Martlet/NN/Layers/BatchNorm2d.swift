/// Brings every channel of `[N, C, H, W]` to mean 0 and variance 1, by the batch's statistics while
/// training and by running ones after, then scales and shifts it.
///
/// Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal
/// Covariate Shift", 2015.
///
///     let norm = BatchNorm2d(64)
public final class BatchNorm2d: Module, TrainingDependent, Sendable {
  /// What normalized channels are multiplied by, `[C]`; nil without `affine`.
  public let weight: Parameter?
  /// What is added after that, `[C]`; nil without `affine`.
  public let bias: Parameter?
  /// The running mean, `[C]`; nil without `trackRunningStats`.
  public let runningMean: ModuleBuffer?
  /// The running variance in its unbiased form, `[C]`; nil without `trackRunningStats`.
  public let runningVar: ModuleBuffer?
  /// How many batches the running statistics have seen.
  public let numBatchesTracked: ModuleBuffer?
  /// What is added to variances.
  public let eps: Double
  /// How far running statistics move towards the batch's; nil for their plain average over all
  /// batches.
  public let momentum: Double?
  /// Whether the batch's own statistics are used, and the running ones updated.
  public let mode = TrainingMode()
  private let features: Int

  /// A layer for `numFeatures` channels.
  ///
  /// - Parameters:
  ///   - numFeatures: The number of channels.
  ///   - eps: Added to variances.
  ///   - momentum: How far running statistics move towards the batch's; nil for their plain
  ///     average.
  ///   - affine: Whether the result is scaled and shifted by parameters.
  ///   - trackRunningStats: Whether running statistics are kept; otherwise the batch's own are
  ///     always used.
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

  /// The normalized images, in the shape of `x`, `[N, C, H, W]`.
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

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "\(features), eps=\(eps), momentum=\(momentum.map { "\($0)" } ?? "None"), affine=\(weight != nil)"
      + ", track_running_stats=\(runningMean != nil)"
  }
}
