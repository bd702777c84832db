import Testing

@testable import Martlet

/// Saving and loading of optimizers.
@Suite struct OptimizerStateTests {
  /// A problem whose gradients differ from step to step.
  struct Run {
    let parameters: [Parameter]
    let optimizer: any Optimizer

    init(_ make: OptimizerCatalog.Maker) throws {
      parameters = [
        Parameter(try sample([4, 3], 1, dtype: .float32) * 0.1),
        Parameter(try sample([3, 5], 2, dtype: .float32) * 0.1),
      ]
      optimizer = try make(parameters)
    }

    func step(_ number: Int) throws {
      let x = try sample([6, 4], 10 + number, dtype: .float32) * 0.1
      try optimizer.step {
        optimizer.zeroGrad()
        let loss = try (x.mm(parameters[0].value).tanh().mm(parameters[1].value) - 1).square()
          .mean()
        try loss.backward()
        return loss
      }
    }

    func values() throws -> [[Float]] {
      try parameters.map { try $0.value.array(of: Float.self) }
    }
  }

  @Test(arguments: OptimizerCatalog.all.indices) func resumedRunGivesTheSameBits(_ number: Int)
    throws
  {
    let whole = try Run(OptimizerCatalog.all[number])
    for step in 0..<3 { try whole.step(step) }
    whole.optimizer.learningRate *= 0.7
    let saved = whole.optimizer.stateDict()
    let copies = saved.map { ($0.name, $0.tensor.shape) }
    let numbers = try saved.map { try $0.tensor.array(of: Double.self) }
    let resumed = try Run(OptimizerCatalog.all[number])
    for (old, new) in zip(whole.parameters, resumed.parameters) { new.value = old.value.detached() }
    try resumed.optimizer.load(stateDict: saved)
    #expect(resumed.optimizer.learningRates == whole.optimizer.learningRates)
    for step in 3..<6 {
      try whole.step(step)
      try resumed.step(step)
      #expect(try whole.values() == resumed.values())
    }
    // What was saved is a snapshot.
    #expect(try saved.map { try $0.tensor.array(of: Double.self) } == numbers)
    #expect(saved.map(\.name) == copies.map(\.0))
  }

  /// State survives a file.
  @Test(arguments: OptimizerCatalog.all.indices) func files(_ number: Int) throws {
    let run = try Run(OptimizerCatalog.all[number])
    for step in 0..<2 { try run.step(step) }
    let saved = run.optimizer.stateDict()
    let directory = try TemporaryDirectory()
    let path = try directory.file("optimizer.safetensors")
    try Safetensors.save(saved, to: path)
    let other = try Run(OptimizerCatalog.all[number])
    try other.optimizer.load(stateDict: Safetensors.load(path))
    let loaded = other.optimizer.stateDict()
    #expect(loaded.names == saved.names)
    for (a, b) in zip(loaded, saved) { #expect(a.tensor == b.tensor, "\(a.name)") }
  }

  @Test func errorsListEverythingAndChangeNothing() throws {
    let run = try Run { try Adam($0, learningRate: 0.1) }
    try run.step(0)
    var state = run.optimizer.stateDict()
    let before = state
    state["state.0.exp_avg"] = nil
    state["state.1.exp_avg_sq"] = Tensor.ones([2])
    state["param_groups.0.lr"] = Tensor.full([], -1.0, dtype: .float64)
    state["param_groups.0.eps"] = nil
    state["state.2.step"] = Tensor.ones([])
    #expect(
      errorText { try run.optimizer.load(stateDict: state) }
        == "the state dictionary does not fit; missing: param_groups.0.eps, state.0.exp_avg; "
        + "unexpected: state.2.step; mismatched: param_groups.0.lr: Adam: a learning rate of -1.0, "
        + "expected at least 0.0, state.1.exp_avg_sq is [2], expected [3, 5]")
    let after = run.optimizer.stateDict()
    #expect(after.names == before.names)
    for (a, b) in zip(after, before) { #expect(a.tensor == b.tensor) }
  }

  @Test func otherGroups() throws {
    let run = try Run { try Adam($0) }
    let other = try Run {
      let optimizer = try Adam($0)
      try optimizer.addGroup([$0[0]])
      return optimizer
    }
    let text = errorText { try other.optimizer.load(stateDict: run.optimizer.stateDict()) }
    #expect(text.contains("missing: param_groups.1.lr"))
    #expect(text.contains("param_groups.0.params is [2], expected [1]"))
  }
}
