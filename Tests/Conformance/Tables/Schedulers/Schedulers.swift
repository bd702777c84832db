import Martlet

extension SchedulerTable {
  /// All that Martlet offers.
  static func standard() -> SchedulerTable {
    var table = SchedulerTable()
    for name in names {
      table.add(name) { configuration, optimizer in
        let optimizer = try makeOptimizer(optimizer)
        return SchedulerAdapter(
          optimizer, try make(name, PlainArguments(configuration), optimizer))
      }
    }
    return table
  }

  private static let names = [
    "LambdaLR", "MultiplicativeLR", "StepLR", "MultiStepLR", "ConstantLR", "LinearLR",
    "ExponentialLR", "PolynomialLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR",
    "OneCycleLR", "ReduceLROnPlateau", "ChainedScheduler", "SequentialLR",
  ]

  private static func makeOptimizer(_ json: JSONObject) throws -> any Optimizer {
    let options = PlainArguments(try json.object("kwargs"))
    func add<Options>(_ optimizer: GroupedOptimizer<Options>) throws -> any Optimizer {
      for group in try json.objects("groups") {
        let overrides = PlainArguments(group)
        try optimizer.addGroup([Parameter(Tensor.ones([1]))]) {
          $0.learningRate = try overrides.double("lr", $0.learningRate)
        }
        try overrides.requireAllConsumed()
      }
      try options.requireAllConsumed()
      return optimizer
    }
    switch try json.string("name") {
    case "SGD":
      return try add(
        SGD(
          [], learningRate: options.double("lr", 1e-3), momentum: options.double("momentum", 0)))
    case "Adam": return try add(Adam([], learningRate: options.double("lr", 1e-3)))
    case let name: throw Unsupported("optimizer \(name) below a scheduler")
    }
  }

  private static func make(
    _ name: String, _ arguments: PlainArguments, _ optimizer: any Optimizer
  ) throws -> any LRScheduler {
    let scheduler = try makeUnchecked(name, arguments, optimizer)
    try arguments.requireAllConsumed()
    return scheduler
  }

  private static func makeUnchecked(
    _ name: String, _ arguments: PlainArguments, _ optimizer: any Optimizer
  ) throws -> any LRScheduler {
    func parts() throws -> [any LRScheduler] {
      try arguments.objects("schedulers").map {
        try make($0.string("scheduler"), PlainArguments($0.object("config")), optimizer)
      }
    }
    switch name {
    case "LambdaLR":
      return try LambdaLR(optimizer, arguments.formulas("lr_lambda", optimizer))
    case "MultiplicativeLR":
      return try MultiplicativeLR(optimizer, arguments.formulas("lr_lambda", optimizer))
    case "StepLR":
      return try StepLR(
        optimizer, stepSize: arguments.int("step_size"), gamma: arguments.double("gamma", 0.1))
    case "MultiStepLR":
      return try MultiStepLR(
        optimizer, milestones: arguments.ints("milestones"), gamma: arguments.double("gamma", 0.1))
    case "ConstantLR":
      return try ConstantLR(
        optimizer, factor: arguments.double("factor", 1 / 3),
        totalIters: arguments.int("total_iters", 5))
    case "LinearLR":
      return try LinearLR(
        optimizer, startFactor: arguments.double("start_factor", 1 / 3),
        endFactor: arguments.double("end_factor", 1), totalIters: arguments.int("total_iters", 5))
    case "ExponentialLR":
      return try ExponentialLR(optimizer, gamma: arguments.double("gamma", .nan))
    case "PolynomialLR":
      return try PolynomialLR(
        optimizer, totalIters: arguments.int("total_iters", 5), power: arguments.double("power", 1))
    case "CosineAnnealingLR":
      return try CosineAnnealingLR(
        optimizer, tMax: arguments.int("T_max"), etaMin: arguments.double("eta_min", 0))
    case "CosineAnnealingWarmRestarts":
      return try CosineAnnealingWarmRestarts(
        optimizer, t0: arguments.int("T_0"), tMult: arguments.int("T_mult", 1),
        etaMin: arguments.double("eta_min", 0))
    case "CyclicLR":
      return try CyclicLR(
        optimizer, baseLearningRate: arguments.doubles("base_lr"),
        maxLearningRate: arguments.doubles("max_lr"),
        stepSizeUp: arguments.int("step_size_up", 2000),
        stepSizeDown: arguments.optionalInt("step_size_down"), mode: arguments.cyclicMode(),
        cycleMomentum: arguments.bool("cycle_momentum", true),
        baseMomentum: arguments.doubles("base_momentum", 0.8),
        maxMomentum: arguments.doubles("max_momentum", 0.9))
    case "OneCycleLR":
      return try OneCycleLR(
        optimizer, maxLearningRate: arguments.doubles("max_lr"),
        totalSteps: arguments.optionalInt("total_steps")
          ?? arguments.int("epochs") * arguments.int("steps_per_epoch"),
        pctStart: arguments.double("pct_start", 0.3),
        annealStrategy: arguments.string("anneal_strategy", "cos") == "cos" ? .cos : .linear,
        cycleMomentum: arguments.bool("cycle_momentum", true),
        baseMomentum: arguments.doubles("base_momentum", 0.85),
        maxMomentum: arguments.doubles("max_momentum", 0.95),
        divFactor: arguments.double("div_factor", 25),
        finalDivFactor: arguments.double("final_div_factor", 1e4),
        threePhase: arguments.bool("three_phase", false))
    case "ReduceLROnPlateau":
      let threshold = try arguments.double("threshold", 1e-4)
      return try ReduceLROnPlateau(
        optimizer, mode: arguments.string("mode", "min") == "min" ? .min : .max,
        factor: arguments.double("factor", 0.1), patience: arguments.int("patience", 10),
        threshold: arguments.string("threshold_mode", "rel") == "rel"
          ? .relative(threshold) : .absolute(threshold),
        cooldown: arguments.int("cooldown", 0), minLearningRate: arguments.doubles("min_lr", 0),
        eps: arguments.double("eps", 1e-8))
    case "ChainedScheduler": return try ChainedScheduler(parts())
    case "SequentialLR":
      return try SequentialLR(optimizer, parts(), milestones: arguments.ints("milestones"))
    default: throw Unsupported("scheduler \(name)")
    }
  }
}

/// A scheduler of Martlet as a case sees it.
private final class SchedulerAdapter: SchedulerUnderTest {
  private let optimizer: any Optimizer
  private let scheduler: any LRScheduler

  init(_ optimizer: any Optimizer, _ scheduler: any LRScheduler) {
    self.optimizer = optimizer
    self.scheduler = scheduler
  }

  var learningRates: [Double] { optimizer.learningRates }

  var momentums: [Double] {
    get throws {
      guard let momentums = optimizer.momentums else { throw DataError("there is no momentum") }
      return momentums
    }
  }

  func step(metric: Double?) throws {
    try optimizer.step()
    if let metric, let scheduler = scheduler as? ReduceLROnPlateau {
      try scheduler.step(metric: metric)
    } else {
      try scheduler.step()
    }
  }
}
