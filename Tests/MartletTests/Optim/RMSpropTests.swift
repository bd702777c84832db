import Testing

@testable import Martlet

@Suite struct RMSpropTests {
  struct Setting: Sendable {
    var alpha = 0.99
    var eps = 1e-8
    var decay = 0.0
    var momentum = 0.0
    var centered = false
    var maximize = false
  }

  static let settings: [Setting] = [
    Setting(), Setting(alpha: 0.5), Setting(eps: 0.1, decay: 0.3), Setting(momentum: 0.9),
    Setting(alpha: 0.8, centered: true), Setting(momentum: 0.5, centered: true, maximize: true),
  ]

  @Test(arguments: settings.indices) func formula(_ number: Int) throws {
    let s = Self.settings[number]
    for dtype in [DType.float64, .float32] {
      var v = [0.0, 0.0]
      var average = [0.0, 0.0]
      var velocity = [0.0, 0.0]
      let distance = try OptimizerRace.distance(dtype: dtype) {
        try RMSprop(
          $0, learningRate: 0.02, alpha: s.alpha, eps: s.eps, weightDecay: s.decay,
          momentum: s.momentum, centered: s.centered, maximize: s.maximize)
      } _: { _, i, p, gradient in
        let g = (s.maximize ? -gradient : gradient) + s.decay * p
        v[i] = s.alpha * v[i] + (1 - s.alpha) * g * g
        average[i] = s.alpha * average[i] + (1 - s.alpha) * g
        let spread = s.centered ? v[i] - average[i] * average[i] : v[i]
        let step = g / (spread.squareRoot() + s.eps)
        velocity[i] = s.momentum * velocity[i] + step
        return p - 0.02 * (s.momentum > 0 ? velocity[i] : step)
      }
      #expect(distance < (dtype == .float64 ? 1e-11 : 1e-4), "\(s) \(dtype)")
    }
  }

  @Test func arguments() {
    let p = [Parameter(Tensor.ones([1]))]
    #expect(
      errorText { try RMSprop(p, learningRate: -1) }
        == "RMSprop: a learning rate of -1.0, expected at least 0.0")
    #expect(
      errorText { try RMSprop(p, alpha: -1) } == "RMSprop: an alpha of -1.0, expected at least 0.0")
    #expect(
      errorText { try RMSprop(p, eps: -1) } == "RMSprop: an eps of -1.0, expected at least 0.0")
    #expect(
      errorText { try RMSprop(p, momentum: -1) }
        == "RMSprop: a momentum of -1.0, expected at least 0.0")
    #expect(
      errorText { try RMSprop(p, weightDecay: -1) }
        == "RMSprop: a weight decay of -1.0, expected at least 0.0")
  }
}
