import Testing

@testable import Martlet

@Suite struct SGDTests {
  struct Setting: Sendable {
    var momentum = 0.0
    var dampening = 0.0
    var decay = 0.0
    var nesterov = false
    var maximize = false
  }

  static let settings: [Setting] = [
    Setting(), Setting(momentum: 0.9), Setting(momentum: 0.9, dampening: 0.3),
    Setting(decay: 0.1), Setting(momentum: 0.8, decay: 0.05, nesterov: true),
    Setting(momentum: 0.5, maximize: true), Setting(decay: 0.2, maximize: true),
  ]

  @Test(arguments: settings.indices) func formula(_ number: Int) throws {
    let s = Self.settings[number]
    for dtype in [DType.float64, .float32] {
      var velocity: [Double?] = [nil, nil]
      let distance = try OptimizerRace.distance(dtype: dtype) {
        try SGD(
          $0, learningRate: 0.1, momentum: s.momentum, dampening: s.dampening,
          weightDecay: s.decay, nesterov: s.nesterov, maximize: s.maximize)
      } _: { _, i, p, gradient in
        var g = (s.maximize ? -gradient : gradient) + s.decay * p
        if s.momentum != 0 {
          let v = velocity[i].map { s.momentum * $0 + (1 - s.dampening) * g } ?? g
          velocity[i] = v
          g = s.nesterov ? g + s.momentum * v : v
        }
        return p - 0.1 * g
      }
      #expect(distance < (dtype == .float64 ? 1e-13 : 1e-5), "\(s) \(dtype)")
    }
  }

  @Test func learningRateCanChange() throws {
    let p = Parameter(try Tensor([1.0]))
    let optimizer = try SGD([p], learningRate: 1)
    p.grad = try Tensor([0.5])
    try optimizer.step()
    optimizer.learningRate = 0.1
    try optimizer.step()
    #expect(abs(try p.value.item() - 0.45) < 1e-7)
  }

  @Test func arguments() {
    let p = [Parameter(Tensor.ones([1]))]
    #expect(
      errorText { try SGD(p, learningRate: -1) }
        == "SGD: a learning rate of -1.0, expected at least 0.0")
    #expect(
      errorText { try SGD(p, learningRate: .nan) }
        == "SGD: a learning rate of nan, expected at least 0.0")
    #expect(
      errorText { try SGD(p, momentum: -0.1) } == "SGD: a momentum of -0.1, expected at least 0.0")
    #expect(
      errorText { try SGD(p, weightDecay: -0.1) }
        == "SGD: a weight decay of -0.1, expected at least 0.0")
    #expect(
      errorText { try SGD(p, nesterov: true) }
        == "SGD: Nesterov's form needs a momentum and no dampening")
    #expect(errorText { try SGD(p, momentum: 0.9, dampening: 0.1, nesterov: true) } != "no error")
  }
}
