import Testing

@testable import Martlet

@Suite struct GradScalerTests {
  @Test func scalesAndSkips() throws {
    let p = Parameter(Tensor.ones([2]))
    let optimizer = try SGD([p], learningRate: 1)
    let scaler = try GradScaler(initialScale: 8, growthInterval: 2)
    func backward(_ factor: Double) throws {
      optimizer.zeroGrad()
      try scaler.scale((p.value * factor).sum()).backward()
    }
    try backward(0.5)
    #expect(p.grad == Tensor.full([2], 4.0))
    #expect(try scaler.step(optimizer))
    try scaler.update()
    #expect(p.value.detached() == Tensor.full([2], 0.5))
    #expect(scaler.scale == 8)
    // Infinite gradients: no step, a smaller scale, and counting starts anew.
    try backward(.infinity)
    #expect(try !scaler.step(optimizer))
    try scaler.update()
    #expect(p.value.detached() == Tensor.full([2], 0.5))
    #expect(scaler.scale == 4)
    for _ in 0..<2 {
      try backward(0)
      try scaler.step(optimizer)
      try scaler.update()
    }
    #expect(scaler.scale == 8)
    let other = try GradScaler()
    try other.load(stateDict: scaler.stateDict())
    #expect(other.scale == 8)
    #expect(
      errorText { try other.load(stateDict: [:]) }
        == "the state dictionary does not fit; missing: scale, _growth_tracker")
  }

  @Test func unscaledOnce() throws {
    let p = Parameter(Tensor.ones([2]))
    let optimizer = try SGD([p], learningRate: 1)
    let scaler = try GradScaler(initialScale: 4)
    p.grad = Tensor.full([2], 8.0)
    try scaler.unscale(optimizer)
    #expect(p.grad == Tensor.full([2], 2.0))
    #expect(
      errorText { try scaler.unscale(optimizer) }
        == "unscale: the gradients have been unscaled since the last update()")
    #expect(try clipGradNorm([p], maxNorm: 1) > 2.8)
    try scaler.step(optimizer)
    #expect(
      errorText { try scaler.step(optimizer) }
        == "step: the optimizer has taken its step since the last update()")
    try scaler.update(newScale: 2)
    #expect(scaler.scale == 2)
    #expect(try scaler.scale(Tensor.ones([], dtype: .float16)).dtype == .float32)
    #expect(
      errorText { try GradScaler(initialScale: 0) }
        == "GradScaler: an initial scale of 0.0, expected above 0.0")
    let off = try GradScaler(isEnabled: false)
    #expect(try off.scale(Tensor.ones([])).item() == 1)
    p.grad = Tensor.full([2], Double.infinity)
    #expect(try off.step(optimizer))
  }
}
