import Testing

@testable import Martlet

/// What conformance does not cover of schedulers: saving, errors and groups.
@Suite struct SchedulerTests {
  typealias Maker = @Sendable (any Optimizer) throws -> any LRScheduler

  static let makers: [Maker] = [
    { try LambdaLR($0) { 1 / Double(1 + $0) } }, { try MultiplicativeLR($0) { _ in 0.9 } },
    { try StepLR($0, stepSize: 3) }, { try MultiStepLR($0, milestones: [2, 5, 5]) },
    { try ConstantLR($0, totalIters: 4) }, { try LinearLR($0, totalIters: 6) },
    { try ExponentialLR($0, gamma: 0.8) }, { try PolynomialLR($0, totalIters: 7, power: 2) },
    { try CosineAnnealingLR($0, tMax: 3, etaMin: 0.01) },
    { try CosineAnnealingWarmRestarts($0, t0: 2, tMult: 2) },
    { try CyclicLR($0, baseLearningRate: 0.1, maxLearningRate: [0.5, 0.7], stepSizeUp: 3) },
    { try OneCycleLR($0, maxLearningRate: 0.5, totalSteps: 12, threePhase: true) },
    { try ChainedScheduler([ExponentialLR($0, gamma: 0.9), StepLR($0, stepSize: 2)]) },
    {
      try SequentialLR(
        $0,
        [
          LinearLR($0, totalIters: 3), CosineAnnealingWarmRestarts($0, t0: 2),
          ChainedScheduler([ExponentialLR($0, gamma: 0.9)]),
        ], milestones: [3, 7])
    },
  ]

  static func optimizer() throws -> SGD {
    let optimizer = try SGD([Parameter(Tensor.ones([1]))], learningRate: 0.4, momentum: 0.9)
    try optimizer.addGroup([Parameter(Tensor.ones([1]))]) { $0.learningRate = 0.2 }
    return optimizer
  }

  @Test(arguments: makers.indices) func resumedSchedule(_ number: Int) throws {
    let optimizer = try Self.optimizer()
    let scheduler = try Self.makers[number](optimizer)
    for _ in 0..<5 { try scheduler.step() }
    let resumed = try Self.optimizer()
    let other = try Self.makers[number](resumed)
    try resumed.load(stateDict: optimizer.stateDict())
    try other.load(stateDict: scheduler.stateDict())
    for _ in 0..<6 {
      try scheduler.step()
      try other.step()
      #expect(resumed.learningRates == optimizer.learningRates)
      #expect(resumed.momentums == optimizer.momentums)
    }
    var state = scheduler.stateDict()
    let before = other.stateDict()
    state["nonsense"] = Tensor.ones([])
    if let name = state.names.first { state[name] = nil }
    let text = errorText { try other.load(stateDict: state) }
    #expect(text.contains("missing") && text.contains("unexpected: nonsense"))
    for (a, b) in zip(before, other.stateDict()) { #expect(a.tensor == b.tensor) }
  }

  @Test(arguments: makers.indices) func restart(_ number: Int) throws {
    let optimizer = try Self.optimizer()
    let scheduler = try Self.makers[number](optimizer)
    var first: [[Double]] = [optimizer.learningRates]
    for _ in 0..<4 {
      try scheduler.step()
      first.append(optimizer.learningRates)
    }
    // Multiplies what it finds.
    if scheduler is MultiplicativeLR { return }
    try scheduler.restart()
    for rates in first {
      for (a, b) in zip(optimizer.learningRates, rates) { #expect(abs(a - b) < 1e-15) }
      try scheduler.step()
    }
  }

  @Test func plateau() throws {
    let optimizer = try Self.optimizer()
    let scheduler = try ReduceLROnPlateau(
      optimizer, factor: 0.5, patience: 1, minLearningRate: [0.3, 0.0])
    for metric in [1, 0.5, 0.6, .nan, 0.7] { try scheduler.step(metric: metric) }
    #expect(optimizer.learningRates == [0.3, 0.1])
    #expect(scheduler.best == 0.5)
    let other = try ReduceLROnPlateau(optimizer, factor: 0.5, patience: 1)
    try other.load(stateDict: scheduler.stateDict())
    #expect(other.best == 0.5)
    try other.step(metric: 0.5)
    #expect(optimizer.learningRates == [0.15, 0.05])
  }

  @Test func errors() throws {
    let optimizer = try Self.optimizer()
    let rates = optimizer.learningRates
    #expect(
      errorText { try StepLR(optimizer, stepSize: 0) }
        == "StepLR: a step size of 0, expected at least 1")
    #expect(
      errorText { try ConstantLR(optimizer, factor: 0) }
        == "ConstantLR: a factor of 0.0, expected above 0 and at most 1")
    #expect(
      errorText { try LambdaLR(optimizer, [{ _ in 1 }]) }
        == "LambdaLR: 1 functions for 2 parameter groups")
    #expect(
      errorText { try OneCycleLR(optimizer, maxLearningRate: [1, 2, 3], totalSteps: 2) }
        == "OneCycleLR: 3 greatest rates for 2 parameter groups")
    #expect(
      errorText {
        try CyclicLR(
          Adagrad([Parameter(Tensor.ones([1]))]), baseLearningRate: 0.1, maxLearningRate: 1)
      }
        == "CyclicLR: the optimizer has no momentum to change; cycleMomentum: false leaves it alone"
    )
    let plateau = try ReduceLROnPlateau(optimizer)
    #expect(
      errorText { try plateau.step() } == "ReduceLROnPlateau: needs a metric: step(metric:)")
    #expect(
      errorText { try ChainedScheduler([plateau]) }
        == "ChainedScheduler: ReduceLROnPlateau needs a metric and has to be stepped by itself")
    #expect(errorText { try ChainedScheduler([]) } == "ChainedScheduler: no schedulers")
    #expect(optimizer.learningRates == rates)
    let step = try StepLR(optimizer, stepSize: 1)
    #expect(
      errorText { try SequentialLR(optimizer, [step, step], milestones: [3, 2]) }
        == "SequentialLR: milestones [3, 2] for 2 schedulers, expected 1 in ascending order")
    #expect(
      errorText { try SequentialLR(Self.optimizer(), [step], milestones: []) }
        == "SequentialLR: the schedulers are of another optimizer")
    try optimizer.addGroup([Parameter(Tensor.ones([1]))])
    #expect(
      errorText { try step.step() }
        == "StepLR: the optimizer has 3 parameter groups, and had 2 when the scheduler was made")
    #expect(step.epoch == 0)
    let cycle = try OneCycleLR(optimizer, maxLearningRate: 1, totalSteps: 1)
    try cycle.step()
    #expect(
      errorText { try cycle.step() } == "OneCycleLR: all of its 1 steps have been taken")
  }
}
