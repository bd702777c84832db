import CKernels
import Glibc

extension mk_step {
  /// A rule by which elements move against their gradients, by steps of `rate` times what it makes
  /// of them.
  init(_ rule: mk_rule, _ rate: Double, maximize: Bool) {
    self.init()
    self.rule = rule
    self.rate = -rate
    self.maximize = maximize
    shrink = 1
  }

  /// Decays the parameter, either as a part of its gradient or by itself.
  mutating func decay(_ weightDecay: Double, _ learningRate: Double, decoupled: Bool) {
    if decoupled {
      shrink = 1 - learningRate * weightDecay
    } else {
      decay = weightDecay
    }
  }

  /// Running means of the gradient and of its square.
  mutating func average(_ betas: (Double, Double)) {
    beta1 = betas.0
    weight1 = 1 - betas.0
    beta2 = betas.1
    weight2 = 1 - betas.1
  }
}

/// What a running mean that started as 0 has to be divided by after some steps.
func biasCorrection(_ beta: Double, _ step: Int) -> Double { 1 - pow(beta, Double(step)) }
