import ExampleModels
import Martlet

/// ResNet-18 on digits: 11 million parameters, batch normalization, residual connections.
///
/// 150 steps of 32 images, about a minute, read 95 of 100 new digits.
enum DigitResNet {
  static func train(
    on digits: Digits, steps: Int = 150, batchSize: Int = 32, testImages: Int = 2000,
    report: Report = { print($0) }
  ) throws -> Double {
    let model = ResNet18(channels: 1)
    let optimizer = try SGD(
      model.parameters(), learningRate: 0.02, momentum: 0.9, weightDecay: 5e-4)
    let schedule = try OneCycleLR(
      optimizer, maxLearningRate: 0.02, totalSteps: steps + 1, pctStart: 0.2)
    // The network takes 32 x 32: two more pixels on every side.
    let net = Sequential(ZeroPad2d(2), model)
    for step in 1...steps {
      let (images, labels) = try digits.randomBatch(batchSize)
      let loss = try crossEntropy(net(images), labels)
      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
      try schedule.step()
      if step % 10 == 0 { report(.step(step, loss: try loss.item())) }
    }
    return try digits.accuracy(of: net, count: testImages)
  }
}
