import Martlet

extension OptimizerTable {
  /// All that Martlet offers.
  static func standard() -> OptimizerTable {
    var table = OptimizerTable()
    table.add("SGD") {
      try SGD(
        [], learningRate: $0.rate(1e-3), momentum: $0.number("momentum", 0),
        dampening: $0.number("dampening", 0), weightDecay: $0.number("weight_decay", 0),
        nesterov: $0.bool(nil, "nesterov"), maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("Adam") {
      try Adam(
        [], learningRate: $0.rate(1e-3), betas: $0.pair("betas", (0.9, 0.999)),
        eps: $0.number("eps", 1e-8), weightDecay: $0.number("weight_decay", 0),
        amsgrad: $0.bool(nil, "amsgrad"), maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("AdamW") {
      try AdamW(
        [], learningRate: $0.rate(1e-3), betas: $0.pair("betas", (0.9, 0.999)),
        eps: $0.number("eps", 1e-8), weightDecay: $0.number("weight_decay", 1e-2),
        amsgrad: $0.bool(nil, "amsgrad"), maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("RMSprop") {
      try RMSprop(
        [], learningRate: $0.rate(1e-2), alpha: $0.number("alpha", 0.99),
        eps: $0.number("eps", 1e-8), weightDecay: $0.number("weight_decay", 0),
        momentum: $0.number("momentum", 0), centered: $0.bool(nil, "centered"),
        maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("Adagrad") {
      try Adagrad(
        [], learningRate: $0.rate(1e-2), learningRateDecay: $0.number("lr_decay", 0),
        weightDecay: $0.number("weight_decay", 0),
        initialAccumulator: $0.number("initial_accumulator_value", 0),
        eps: $0.number("eps", 1e-10), maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("Adadelta") {
      try Adadelta(
        [], learningRate: $0.rate(1), rho: $0.number("rho", 0.9), eps: $0.number("eps", 1e-6),
        weightDecay: $0.number("weight_decay", 0), maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("Adamax") {
      try Adamax(
        [], learningRate: $0.rate(2e-3), betas: $0.pair("betas", (0.9, 0.999)),
        eps: $0.number("eps", 1e-8), weightDecay: $0.number("weight_decay", 0),
        maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("NAdam") {
      try NAdam(
        [], learningRate: $0.rate(2e-3), betas: $0.pair("betas", (0.9, 0.999)),
        eps: $0.number("eps", 1e-8), weightDecay: $0.number("weight_decay", 0),
        momentumDecay: $0.number("momentum_decay", 4e-3),
        decoupledWeightDecay: $0.bool(nil, "decoupled_weight_decay"),
        maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("RAdam") {
      try RAdam(
        [], learningRate: $0.rate(1e-3), betas: $0.pair("betas", (0.9, 0.999)),
        eps: $0.number("eps", 1e-8), weightDecay: $0.number("weight_decay", 0),
        decoupledWeightDecay: $0.bool(nil, "decoupled_weight_decay"),
        maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("ASGD") {
      try ASGD(
        [], learningRate: $0.rate(1e-2), lambd: $0.number("lambd", 1e-4),
        alpha: $0.number("alpha", 0.75), t0: $0.number("t0", 1e6),
        weightDecay: $0.number("weight_decay", 0), maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("Rprop") {
      try Rprop(
        [], learningRate: $0.rate(1e-2), etas: $0.pair("etas", (0.5, 1.2)),
        stepSizes: $0.pair("step_sizes", (1e-6, 50)), maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
    }
    table.add("Adafactor") {
      try Adafactor(
        [], learningRate: $0.rate(1e-2), beta2Decay: $0.number("beta2_decay", -0.8),
        eps: $0.bounds(), d: $0.number("d", 1),
        weightDecay: $0.number("weight_decay", 0), maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("Muon") {
      try Muon(
        [], learningRate: $0.rate(1e-3), weightDecay: $0.number("weight_decay", 0.1),
        momentum: $0.number("momentum", 0.95), nesterov: $0.bool(nil, "nesterov", default: true),
        coefficients: $0.coefficients(), eps: $0.number("eps", 1e-7),
        iterations: $0.int(nil, "ns_steps", default: 5), adjustment: $0.adjustment())
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
      $0.weightDecay = try $1.number("weight_decay", $0.weightDecay)
    }
    table.add("LBFGS") {
      try LBFGS(
        [], learningRate: $0.rate(1), maxIterations: $0.int(nil, "max_iter", default: 20),
        maxEvaluations: $0["max_eval"]?.int(),
        gradientTolerance: $0.number("tolerance_grad", 1e-7),
        changeTolerance: $0.number("tolerance_change", 1e-9),
        historySize: $0.int(nil, "history_size", default: 100), lineSearch: $0.lineSearch(),
        maximize: $0.bool(nil, "maximize"))
    } overrides: {
      $0.learningRate = try $1.rate($0.learningRate)
    }
    return table
  }

  /// An optimizer made without parameters, which get groups.
  private mutating func add<Options: OptimizerOptions>(
    _ name: String, optimizer make: @escaping (Arguments) throws -> GroupedOptimizer<Options>,
    overrides: @escaping (inout Options, Arguments) throws -> Void
  ) {
    add(name) { values, groups, options in
      let parameters = values.map { Parameter($0) }
      let optimizer = try make(options)
      for group in groups {
        try optimizer.addGroup(
          group.parameters.map { position in
            guard parameters.indices.contains(position) else {
              throw DataError("there is no parameter \(position)")
            }
            return parameters[position]
          }
        ) { try overrides(&$0, group.options) }
      }
      return OptimizerAdapter(optimizer, parameters)
    }
  }
}

extension Arguments {
  fileprivate func rate(_ standard: Double) throws -> Double { try number("lr", standard) }

  fileprivate func number(_ name: String, _ standard: Double) throws -> Double {
    try double(nil, name, default: standard)
  }

  fileprivate func pair(_ name: String, _ standard: (Double, Double)) throws -> (Double, Double) {
    guard let pair = try self[name]?.doubles() else { return standard }
    guard pair.count == 2 else { throw Unwritable("\(name) of \(pair.count) numbers") }
    return (pair[0], pair[1])
  }
}

extension Arguments {
  /// Adafactor's eps, of which the first may be missing.
  fileprivate func bounds() throws -> (Double?, Double) {
    let pair = try pair("eps", (.nan, 1e-3))
    return (pair.0.isNaN ? nil : pair.0, pair.1)
  }

  fileprivate func coefficients() throws -> (Double, Double, Double) {
    guard let numbers = try self["ns_coefficients"]?.doubles() else {
      return (3.4445, -4.775, 2.0315)
    }
    guard numbers.count == 3 else { throw Unwritable("\(numbers.count) coefficients") }
    return (numbers[0], numbers[1], numbers[2])
  }

  fileprivate func adjustment() throws -> MuonAdjustment {
    switch try string(nil, "adjust_lr_fn", default: "original") {
    case "original": .original
    case "match_rms_adamw": .matchRMSAdamW
    case "spectral_unclamped": .spectralUnclamped
    case let name: throw Unwritable("adjustment \(name)")
    }
  }

  fileprivate func lineSearch() throws -> LBFGSLineSearch {
    switch try self["line_search_fn"]?.string() {
    case nil: .none
    case "strong_wolfe": .strongWolfe
    case let name?: throw Unwritable("line search \(name)")
    }
  }
}

/// An optimizer of Martlet as a case sees it.
private final class OptimizerAdapter: OptimizerUnderTest {
  private let optimizer: any Optimizer
  private let held: [Parameter]

  init(_ optimizer: any Optimizer, _ parameters: [Parameter]) {
    self.optimizer = optimizer
    held = parameters
  }

  var parameters: [Tensor] { held.map { $0.value.detached() } }

  func step(gradients: [Tensor?]) throws {
    for (parameter, gradient) in zip(held, gradients) { parameter.grad = gradient }
    try optimizer.step()
  }

  func step(loss: @escaping ([Tensor]) throws -> Tensor) throws -> Double {
    try optimizer.step {
      optimizer.zeroGrad()
      let value = try loss(held.map(\.value))
      try value.backward()
      return value
    }.item(Double.self)
  }
}
