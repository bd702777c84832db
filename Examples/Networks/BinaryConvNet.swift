import Martlet

/// A convolutional network whose inner activations and weights are -1 or 1.
///
/// The sign has no useful derivative. The straight-through estimator passes the gradient on as if
/// the sign were the identity, where |x| < 1. Reads 95 of 100 new digits.
///
/// Courbariaux et al., "Binarized Neural Networks", 2016.
enum BinaryConvNet {
  /// 1 for x >= 0, else -1; the gradient passes where |x| < 1.
  struct StraightThroughSign: Function {
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
      context.save(inputs[0])
      return try inputs[0].onesLike().where(inputs[0] .>= 0, else: -1)
    }

    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      [try gradient * (context.saved(0).abs() .< 1)]
    }
  }

  /// A convolution of signs with signs.
  final class BinaryConv2d: Module {
    @Parameter var weight: Tensor

    init(_ inChannels: Int, _ outChannels: Int) {
      weight = Tensor.uniform([outChannels, inChannels, 3, 3], -1, 1)
    }

    func forward(_ x: Tensor) throws -> Tensor {
      let sign = StraightThroughSign()
      return try conv2d(sign(x), sign(weight), padding: [1])
    }
  }

  /// The first and the last layer see numbers, as is usual: there the least is saved.
  static func makeModel() -> Sequential {
    Sequential {
      Conv2d(1, 32, kernelSize: 3, padding: 1, bias: false)
      MaxPool2d(2)
      BatchNorm2d(32)
      BinaryConv2d(32, 64)
      MaxPool2d(2)
      BatchNorm2d(64)
      BinaryConv2d(64, 64)
      MaxPool2d(2)
      BatchNorm2d(64)
      Flatten()
      Linear(576, 10)
    }
  }

  static func train(
    on digits: Digits, steps: Int = 1500, batchSize: Int = 64, report: Report = { print($0) }
  ) throws -> Double {
    let model = makeModel()
    let optimizer = try Adam(model.parameters(), learningRate: 5e-3)
    let schedule = try OneCycleLR(
      optimizer, maxLearningRate: 5e-3, totalSteps: steps + 1, cycleMomentum: false)
    for step in 1...steps {
      let (images, labels) = try digits.randomBatch(batchSize)
      let loss = try crossEntropy(model(images), labels)
      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
      try schedule.step()
      // Beyond 1 a weight would get no gradient any more.
      try noGrad {
        for case let layer as BinaryConv2d in model.namedModules().map(\.module) {
          layer.weight = try layer.weight.clamp(min: -1, max: 1)
        }
      }
      if step % 250 == 0 { report(.step(step, loss: try loss.item())) }
    }
    return try digits.accuracy(of: model)
  }
}
