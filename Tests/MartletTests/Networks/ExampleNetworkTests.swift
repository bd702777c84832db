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

  @Test func theResidualNetworkReadsDigits() throws {
    let accuracy = try DigitResNet.train(on: digits(), steps: 24, batchSize: 16, report: quietly)
    #expect(accuracy > 0.6)
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
    let result = try SpiralDiffusion.train(steps: 800, batchSize: 128, report: quietly)
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
}
