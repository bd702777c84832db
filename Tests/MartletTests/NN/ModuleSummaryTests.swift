import Martlet
import Testing

/// `summary`: counts that can be had by hand.
@Suite struct ModuleSummaryTests {
  private final class Net: Module {
    let body = Sequential(
      Conv2d(3, 8, kernelSize: 3, padding: 1), BatchNorm2d(8), ReLU(), AdaptiveAvgPool2d(1),
      Flatten())
    let head = Linear(8, 10)
    func forward(_ x: Tensor) throws -> Tensor { try head(body(x)) }
  }

  @Test func rowsTellShapesSizesAndWork() throws {
    let net = Net()
    net.head.requiresGrad(false)
    let before = net.stateDict()
    let summary = try net.summary(inputShape: [2, 3, 16, 16])
    #expect(
      summary.rows.map(\.path) == [
        "", "body", "body.0", "body.1", "body.2", "body.3", "body.4", "head",
      ]
    )
    #expect(summary.rows.map(\.parameters) == [0, 0, 224, 16, 0, 0, 0, 90])
    #expect(
      summary.rows.map(\.outputShapes) == [
        [[2, 10]], [[2, 8]], [[2, 8, 16, 16]], [[2, 8, 16, 16]], [[2, 8, 16, 16]], [[2, 8, 1, 1]],
        [[2, 8]], [[2, 10]],
      ])
    let convolution = 2 * 8 * 16 * 16 * 27
    #expect(summary.rows[2].multiplyAdds == convolution)
    #expect(summary.rows[2].outputBytes == 2 * 8 * 16 * 16 * 4)
    #expect(summary.multiplyAdds == convolution + 2 * 10 * 8)
    #expect(summary.parameters == 330 && summary.trainableParameters == 240)
    // Two statistics of 8, and a counter in int64.
    #expect(summary.parameterBytes == 330 * 4 + 16 * 4 + 8)
    for (name, value) in net.stateDict() { #expect(value == before[name], "\(name)") }
  }

  @Test func itsTextIsATable() throws {
    let text = try Sequential(Linear(784, 256), ReLU(), Linear(256, 10))
      .summary(inputShape: [1, 784]).description
    #expect(
      text == """
        Layer         Output    Parameters    Bytes  Multiply-adds
        ----------------------------------------------------------
        Sequential    [1, 10]            0       40        203,264
          0 (Linear)  [1, 256]     200,960  804,864        200,704
          1 (ReLU)    [1, 256]           0    1,024              0
          2 (Linear)  [1, 10]        2,570   10,320          2,560
        ----------------------------------------------------------
        203,530 parameters (203,530 trained), 814,120 bytes; 203,264 multiply-adds
        """)
  }

  @Test func sharedModulesAndParametersCountOnce() throws {
    final class Tied: Module {
      let layer = Linear(4, 4)
      func forward(_ x: Tensor) throws -> Tensor {
        try linear(layer(layer(x)), layer.weight.value)
      }
    }
    let summary = try Tied().summary(inputShape: [3, 4])
    #expect(summary.parameters == 20 && summary.rows[1].calls == 2)
    #expect(summary.rows[1].multiplyAdds == 96 && summary.multiplyAdds == 144)
  }

  @Test func aShapeThatDoesNotFitIsAnErrorWithThePath() {
    let error = #expect(throws: TensorError.self) { try Net().summary(inputShape: [2, 4, 8, 8]) }
    #expect("\(String(describing: error))".contains("body.0"))
  }

  @Test func hugeModelsNeedNoMemoryForActivations() throws {
    let summary = try Conv2d(3, 8, kernelSize: 3).summary(inputShape: [1 << 20, 3, 4096, 4096])
    #expect(summary.rows[0].outputShapes == [[1 << 20, 8, 4094, 4094]])
  }
}
