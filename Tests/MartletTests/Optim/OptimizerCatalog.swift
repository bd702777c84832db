import Martlet

/// One of each kind of optimizer, with the options that give it all its state.
enum OptimizerCatalog {
  typealias Maker = @Sendable ([Parameter]) throws -> any Optimizer

  static let elementwise: [Maker] = [
    { try SGD($0, learningRate: 0.1) },
    { try SGD($0, learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true) },
    { try SGD($0, learningRate: 0.1, momentum: 0.9, dampening: 0.5) },
    { try Adam($0, learningRate: 0.1, weightDecay: 0.01) },
    { try Adam($0, learningRate: 0.1, amsgrad: true) },
    { try AdamW($0, learningRate: 0.1) },
    { try RMSprop($0, learningRate: 0.1) },
    { try RMSprop($0, learningRate: 0.1, momentum: 0.9, centered: true) },
    { try Adagrad($0, learningRate: 0.5, learningRateDecay: 0.01, initialAccumulator: 0.1) },
    { try Adadelta($0, learningRate: 5) }, { try Adamax($0, learningRate: 0.1) },
    { try NAdam($0, learningRate: 0.1) },
    { try NAdam($0, learningRate: 0.1, weightDecay: 0.01, decoupledWeightDecay: true) },
    { try RAdam($0, learningRate: 0.1) }, { try ASGD($0, learningRate: 0.1, t0: 2) },
    { try Rprop($0, learningRate: 0.05) },
  ]

  static let all: [Maker] =
    elementwise + [
      { try Adafactor($0, learningRate: 0.1, weightDecay: 0.01) }, { try Muon($0) },
      { try LBFGS($0, lineSearch: .strongWolfe) }, { try LBFGS($0, maxIterations: 4) },
    ]
}
