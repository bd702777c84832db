import Martlet

extension OptimizerTable {
  /// All that Martlet offers.
  static func standard() -> OptimizerTable {
    var table = OptimizerTable()
    table.add("SGD") { parameters, options in
      try SGD(
        parameters, learningRate: options.double(nil, "lr", default: 1e-3),
        momentum: options.double(nil, "momentum", default: 0),
        dampening: options.double(nil, "dampening", default: 0),
        weightDecay: options.double(nil, "weight_decay", default: 0),
        nesterov: options.bool(nil, "nesterov"), maximize: options.bool(nil, "maximize"))
    }
    table.add("Adam") { parameters, options in
      try Adam(
        parameters, learningRate: options.double(nil, "lr", default: 1e-3),
        betas: options.betas(), eps: options.double(nil, "eps", default: 1e-8),
        weightDecay: options.double(nil, "weight_decay", default: 0),
        amsgrad: options.bool(nil, "amsgrad"), maximize: options.bool(nil, "maximize"))
    }
    table.add("AdamW") { parameters, options in
      try AdamW(
        parameters, learningRate: options.double(nil, "lr", default: 1e-3),
        betas: options.betas(), eps: options.double(nil, "eps", default: 1e-8),
        weightDecay: options.double(nil, "weight_decay", default: 1e-2),
        amsgrad: options.bool(nil, "amsgrad"), maximize: options.bool(nil, "maximize"))
    }
    table.add("RMSprop") { parameters, options in
      try RMSprop(
        parameters, learningRate: options.double(nil, "lr", default: 1e-2),
        alpha: options.double(nil, "alpha", default: 0.99),
        eps: options.double(nil, "eps", default: 1e-8),
        weightDecay: options.double(nil, "weight_decay", default: 0),
        momentum: options.double(nil, "momentum", default: 0),
        centered: options.bool(nil, "centered"), maximize: options.bool(nil, "maximize"))
    }
    return table
  }

  /// An optimizer that treats all its parameters alike.
  private mutating func add(
    _ name: String, optimizer make: @escaping ([Parameter], Arguments) throws -> any Optimizer
  ) {
    add(name) { values, groups, options in
      let parameters = values.map { Parameter($0) }
      return OptimizerAdapter(try make(parameters, options), parameters)
    }
  }
}

extension Arguments {
  fileprivate func betas() throws -> (Double, Double) {
    guard let betas = try self["betas"]?.doubles() else { return (0.9, 0.999) }
    guard betas.count == 2 else { throw Unwritable("betas of \(betas.count) numbers") }
    return (betas[0], betas[1])
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
    throw Unsupported("steps that evaluate the loss")
  }
}
