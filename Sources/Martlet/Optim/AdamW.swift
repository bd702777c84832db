/// Adam with the decay of weights as a step of its own, which the running means do not see.
///
///     p -= learningRate weightDecay p, then a step of Adam without decay
///
/// Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019.
///
///     let optimizer = try AdamW(net.parameters(), learningRate: 3e-4, weightDecay: 0.1)
public final class AdamW: Adam {
  /// An optimizer of `parameters`; the other arguments are the properties of their names.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, or a beta outside of [0,
  ///   1).
  public convenience init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    eps: Double = 1e-8, weightDecay: Double = 1e-2, amsgrad: Bool = false, maximize: Bool = false
  ) throws {
    try self.init(
      "AdamW", parameters, learningRate, betas, eps, weightDecay, amsgrad, maximize,
      decoupled: true)
  }
}
