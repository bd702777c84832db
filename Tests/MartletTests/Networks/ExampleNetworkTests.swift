import Martlet
import MartletVision
import Testing

@testable import martlet_lessons

/// The example networks learn, as far as a few seconds allow; how far they come in full is said in
/// their files.
@Suite(.enabled(if: LessonTrace.hasDigits, LessonTrace.requirement))
struct ExampleNetworkTests {
  private func digits() throws -> Digits {
    manualSeed(3)
    return try Digits(MNIST.load(data: "\(SharedData.directory)/mnist") { _ in })
  }

  private let quietly: Report = { _ in }

  @Test func theTransformerLearnsWords() throws {
    manualSeed(3)
    let result = try CharacterGPT.train(steps: 80, batchSize: 8, context: 48, report: quietly)
    // Evenly guessed characters cost log(28) = 3.3 nats, by their frequency 2.9.
    #expect(result.loss < 2.2)
    #expect(result.entropy < 0.3 && result.sample.count == 200)
  }

  /// So few steps leave the running statistics, and so new digits, far behind.
  @Test func theResidualNetworkReadsDigits() throws {
    var losses: [Double] = []
    _ = try DigitResNet.train(on: digits(), steps: 30, batchSize: 8, testImages: 100) {
      if case .step(_, let loss) = $0 { losses.append(loss) }
    }
    #expect(losses.count == 3)
    #expect(try #require(losses.min()) < 1.8)
  }

  @Test func theRecurrentNetworkReadsDigits() throws {
    let accuracy = try DigitLSTM.train(on: digits(), steps: 150, batchSize: 32, report: quietly)
    #expect(accuracy > 0.6)
  }

  @Test func theAutoencoderCompressesDigits() throws {
    let bound = try DigitVAE.train(on: digits(), epochs: 1, batchSize: 200, report: quietly)
    // Each pixel by its own frequency costs 206 nats.
    #expect(bound < 190)
  }

  @Test func diffusionFindsTheSpiral() throws {
    manualSeed(3)
    let result = try SpiralDiffusion.train(steps: 3000, batchSize: 128, report: quietly)
    // Of points that are spread evenly about it a quarter is as close.
    #expect(result.share > 0.5)
  }

  @Test func theBinaryNetworkReadsDigits() throws {
    let accuracy = try BinaryConvNet.train(on: digits(), steps: 60, batchSize: 32, report: quietly)
    #expect(accuracy > 0.6)
  }

  @Test func theSignPassesGradientsInItsMiddleOnly() throws {
    let x = try Tensor([-2.0, -0.5, 0.0, 0.5, 2.0]).requiringGrad()
    let y = try BinaryConvNet.StraightThroughSign()(x)
    #expect(try y.array(of: Float.self) == [-1, -1, 1, 1, 1])
    try (y * Tensor([1.0, 2.0, 3.0, 4.0, 5.0])).sum().backward()
    #expect(try #require(x.grad).array(of: Float.self) == [0, 2, 3, 4, 0])
  }

  @Test func gradientsOfExamplesAreThoseOfTheirOwnLosses() throws {
    manualSeed(3)
    let model = PerExampleGradients.makeModel()
    let (images, labels) = (Tensor.randn([5, 1, 28, 28]), Tensor.randint(0..<10, [5]))
    let gradients = try PerExampleGradients.gradients(model, images, labels)
    for example in 0..<5 {
      model.zeroGrad()
      try crossEntropy(model(images[example..<(example + 1)]), labels[example..<(example + 1)])
        .backward()
      for (name, parameter) in model.namedParameters() {
        let (own, expected) = (try #require(gradients[name]), try #require(parameter.grad))
        #expect(try (own[example] - expected).abs().max().item() < 1e-5, "\(name)")
      }
    }
  }

  @Test func trainingInPrivateLearns() throws {
    let accuracy = try PerExampleGradients.train(
      on: digits(), steps: 200, batchSize: 64, report: quietly)
    #expect(accuracy > 0.4)
  }
}
