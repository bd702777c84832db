import Testing

@testable import Martlet

@Suite struct AdamTests {
  struct Setting: Sendable {
    var betas = (0.9, 0.999)
    var eps = 1e-8
    var decay = 0.0
    var amsgrad = false
    var maximize = false
  }

  static let settings: [Setting] = [
    Setting(), Setting(betas: (0.5, 0.7)), Setting(eps: 0.1), Setting(decay: 0.3),
    Setting(betas: (0.9, 0.6), amsgrad: true), Setting(decay: 0.1, maximize: true),
    Setting(betas: (0, 0)),
  ]

  @Test(arguments: settings.indices) func formula(_ number: Int) throws {
    let s = Self.settings[number]
    for dtype in [DType.float64, .float32] {
      var m = [0.0, 0.0]
      var v = [0.0, 0.0]
      var greatest = [0.0, 0.0]
      let distance = try OptimizerRace.distance(dtype: dtype) {
        try Adam(
          $0, learningRate: 0.05, betas: s.betas, eps: s.eps, weightDecay: s.decay,
          amsgrad: s.amsgrad, maximize: s.maximize)
      } _: { step, i, p, gradient in
        let g = (s.maximize ? -gradient : gradient) + s.decay * p
        m[i] = s.betas.0 * m[i] + (1 - s.betas.0) * g
        v[i] = s.betas.1 * v[i] + (1 - s.betas.1) * g * g
        greatest[i] = max(greatest[i], v[i])
        func power(_ beta: Double) -> Double { (0..<step).reduce(1.0) { x, _ in x * beta } }
        let second = (s.amsgrad ? greatest[i] : v[i]) / (1 - power(s.betas.1))
        return p - 0.05 * (m[i] / (1 - power(s.betas.0))) / (second.squareRoot() + s.eps)
      }
      #expect(distance < (dtype == .float64 ? 1e-12 : 2e-5), "\(s) \(dtype)")
    }
  }

  @Test func arguments() {
    let p = [Parameter(Tensor.ones([1]))]
    #expect(
      errorText { try Adam(p, learningRate: -1) }
        == "Adam: a learning rate of -1.0, expected at least 0.0")
    #expect(
      errorText { try Adam(p, betas: (1, 0.9)) }
        == "Adam: a first beta of 1.0, expected at least 0 and below 1")
    #expect(
      errorText { try Adam(p, betas: (0.9, -0.1)) }
        == "Adam: a second beta of -0.1, expected at least 0 and below 1")
    #expect(errorText { try Adam(p, eps: -1) } == "Adam: an eps of -1.0, expected at least 0.0")
    #expect(
      errorText { try Adam(p, weightDecay: .nan) }
        == "Adam: a weight decay of nan, expected at least 0.0")
  }
}
