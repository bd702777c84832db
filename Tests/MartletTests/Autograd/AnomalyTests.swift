import Testing

@testable import Martlet

/// With anomaly detection on, the operation that first gave NaN is named, not one that met it
/// later.
@Suite struct AnomalyTests {
  @Test func forward() throws {
    let x = try Tensor([-1.0, 1.0], requiresGrad: true)
    #expect(
      errorText { try detectAnomaly { try x.log().exp().sum() } }
        == "log: its result of shape [2] has a NaN")
    #expect(throws: Never.self) { try detectAnomaly { try x.exp().sum() } }
    #expect(throws: Never.self) { try x.log() }
  }

  @Test func backward() throws {
    let x = try Tensor([0.0, 1.0], requiresGrad: true)
    let text = errorText {
      // 0 times the infinite slope of the root.
      try detectAnomaly { try (x.sqrt() * 0).sum().backward() }
    }
    #expect(text == "sqrt: its derivative gave NaN for an input of shape [2]")
    x.grad = nil
    try (x.sqrt() * 0).sum().backward()
    #expect(try #require(x.grad).isNaN().array(of: Bool.self) == [true, false])
  }

  @Test func nestsWithOtherModes() throws {
    let x = try Tensor([-1.0], requiresGrad: true)
    try detectAnomaly { () throws in
      #expect(errorText { try noGrad { try x.sqrt() } }.hasPrefix("sqrt: its result"))
      #expect(isGradEnabled)
      #expect(try (x * 2).requiresGrad)
    }
    #expect(throws: Never.self) { try x.sqrt() }
  }
}
