/// Computes the running statistics of all batch normalisation anew, as plain averages over the
/// batches that `body` puts through the module: what averaged weights need, whose activations no
/// batch has seen yet.
///
///     try average.withAverages {
///       try updateBatchNorm(net) { try loader.forEach { x, _ in _ = try net(x) } }
///     }
///
/// While `body` runs, the module is in training mode and nothing is recorded.
public func updateBatchNorm(_ module: any Module, _ body: () throws -> Void) throws {
  let modules = module.namedModules().map(\.module)
  let norms = modules.compactMap { $0 as? any BatchNormLayer }
  if norms.isEmpty { return }
  let modes = modules.compactMap { $0 as? any TrainingDependent }.map { ($0, $0.isTraining) }
  defer {
    for (module, isTraining) in modes { module.isTraining = isTraining }
    for norm in norms { norm.averagesAllBatches.isSet = false }
  }
  for norm in norms {
    norm.averagesAllBatches.isSet = true
    try norm.resetRunningStatistics()
  }
  module.train()
  try noGrad(body)
}

/// Batch normalisation of any rank.
protocol BatchNormLayer: ChannelNorm {}
extension BatchNorm: BatchNormLayer {}

extension ChannelNorm {
  /// Sets running statistics back to those of a new layer.
  fileprivate func resetRunningStatistics() throws {
    if let mean = runningMean { mean.value = try mean.value.zerosLike() }
    if let variance = runningVar { variance.value = try variance.value.onesLike() }
    if let counter = numBatchesTracked { counter.value = try counter.value.zerosLike() }
  }
}
