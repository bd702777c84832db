import ArgumentParser
import Martlet

/// The lessons in the order in which they are read.
enum Lesson: String, CaseIterable, ExpressibleByArgument {
  case polynomialByHand = "polynomial-by-hand"
  case polynomialBackward = "polynomial-backward"
  case polynomialLegendre = "polynomial-legendre"
  case polynomialNN = "polynomial-nn"
  case polynomialRMSprop = "polynomial-rmsprop"
  case polynomialModule = "polynomial-module"
  case polynomialDynamic = "polynomial-dynamic"
  case twoLayerByHand = "two-layer-by-hand"
  case twoLayerBackward = "two-layer-backward"
  case twoLayerCustomReLU = "two-layer-custom-relu"
  case twoLayerNN = "two-layer-nn"
  case twoLayerModule = "two-layer-module"
  case twoLayerDynamic = "two-layer-dynamic"
  case bareTensors = "nn-01-bare-tensors"
  case functionalLoss = "nn-02-functional-loss"
  case module = "nn-03-module"
  case linear = "nn-04-linear"
  case optimizer = "nn-05-optimizer"
  case dataset = "nn-06-dataset"
  case dataLoader = "nn-07-data-loader"
  case validation = "nn-08-validation"
  case fitAndGetData = "nn-09-fit-and-get-data"
  case convolution = "nn-10-convolution"
  case sequentialLambda = "nn-11-sequential-lambda"
  case wrappedLoader = "nn-12-wrapped-loader"
  case adaptivePooling = "nn-13-adaptive-pooling"
  case characterGPT = "gpt"
  case digitResNet = "resnet"
  case digitLSTM = "lstm"
  case digitVAE = "vae"
  case spiralDiffusion = "diffusion"
  case binaryConvNet = "binary-convnet"
  case perExampleGradients = "per-example-gradients"

  /// Trains, printing how it goes, and prints what was learned where that is short.
  ///
  /// - Parameter digits: Loads the data of the lessons on digits.
  func run(digits: () throws -> Digits) throws {
    switch self {
    case .polynomialByHand:
      let (a, b, c, d) = try PolynomialByHand.train()
      try printCubic(a, b, c, d)
    case .polynomialBackward:
      let (a, b, c, d) = try PolynomialBackward.train()
      try printCubic(a, b, c, d)
    case .polynomialLegendre:
      let (a, b, c, d) = try PolynomialLegendre.train()
      try print("y = \(a.item()) + \(b.item()) P3(\(c.item()) + \(d.item()) x)")
    case .polynomialNN: try printCubic(PolynomialNN.train())
    case .polynomialRMSprop: try printCubic(PolynomialRMSprop.train())
    case .polynomialModule:
      let model = try PolynomialModule.train()
      try printCubic(model.a, model.b, model.c, model.d)
    case .polynomialDynamic:
      let model = try PolynomialDynamic.train()
      try printCubic(model.a, model.b, model.c, model.d)
      try print("and \(model.e.item()) for x^4 and x^5")
    case .twoLayerByHand: _ = try TwoLayerByHand.train()
    case .twoLayerBackward: _ = try TwoLayerBackward.train()
    case .twoLayerCustomReLU: _ = try TwoLayerCustomReLU.train()
    case .twoLayerNN: try TwoLayerNN.train()
    case .twoLayerModule: try TwoLayerModule.train()
    case .twoLayerDynamic: try TwoLayerDynamic.train()
    case .bareTensors: _ = try Step01BareTensors.train(on: digits())
    case .functionalLoss: _ = try Step02FunctionalLoss.train(on: digits())
    case .module: try Step03Module.train(on: digits())
    case .linear: try Step04Linear.train(on: digits())
    case .optimizer: try Step05Optimizer.train(on: digits())
    case .dataset: try Step06Dataset.train(on: digits())
    case .dataLoader: try Step07DataLoader.train(on: digits())
    case .validation: try Step08Validation.train(on: digits())
    case .fitAndGetData: try Step09FitAndGetData.train(on: digits())
    case .convolution: try Step10Convolution.train(on: digits())
    case .sequentialLambda: try Step11SequentialLambda.train(on: digits())
    case .wrappedLoader: try Step12WrappedLoader.train(on: digits())
    case .adaptivePooling: try Step13AdaptivePooling.train(on: digits())
    case .characterGPT:
      let result = try CharacterGPT.train()
      print("\(result.sample)\n\nloss \(result.loss) nats a character, at best \(result.entropy)")
    case .digitResNet: print("accuracy \(try DigitResNet.train(on: digits()))")
    case .digitLSTM: print("accuracy \(try DigitLSTM.train(on: digits()))")
    case .digitVAE:
      let bound = try DigitVAE.train(on: digits(), picture: "digits.png")
      print("bound of \(bound) nats an image; new digits in digits.png")
    case .spiralDiffusion:
      print("\(try SpiralDiffusion.train().share) of the new points are on the spiral")
    case .perExampleGradients:
      let accuracy = try PerExampleGradients.train(on: digits())
      print("accuracy \(accuracy), though no digit moved a step by more than its share")
    case .binaryConvNet: print("accuracy \(try BinaryConvNet.train(on: digits()))")
    }
  }

  /// A linear layer over (x, x^2, x^3), then its bias, as the cubic that it is.
  private func printCubic(_ model: Sequential) throws {
    let parameters = model.parameters().map(\.value)
    guard parameters.count == 2 else { return }
    let weight = try parameters[0].flatten()
    try printCubic(parameters[1], weight[0], weight[1], weight[2])
  }

  private func printCubic(_ a: Tensor, _ b: Tensor, _ c: Tensor, _ d: Tensor) throws {
    try print("y = \(a.item()) + \(b.item()) x + \(c.item()) x^2 + \(d.item()) x^3")
  }
}
