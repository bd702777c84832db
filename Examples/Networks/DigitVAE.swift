import Martlet
import MartletVision

/// A variational autoencoder: 20 numbers that say how a digit looks, and digits drawn from such
/// numbers.
///
/// The encoder gives for each image a normal distribution; a sample of it goes through the decoder,
/// which gives the probability of each pixel to be white. The loss is the bound on the images' log
/// likelihood: below 120 nats an image after five passes over the images.
///
/// Kingma, Welling, "Auto-Encoding Variational Bayes", 2014.
enum DigitVAE {
  final class Model: Module {
    let hidden = Linear(784, 400)
    let mean = Linear(400, 20)
    let logVariance = Linear(400, 20)
    let decoder = Sequential(Linear(20, 400), ReLU(), Linear(400, 784))

    /// The decoder's scores of the pixels, `[N, 784]`, and the distributions, `[N, 20]` each.
    func forward(_ x: Tensor) throws -> (scores: Tensor, mean: Tensor, logVariance: Tensor) {
      let h = try hidden(x).relu()
      let (mean, logVariance) = (try mean(h), try logVariance(h))
      // The sample as a function of the parameters, so that gradients reach them.
      let z = try mean + (logVariance * 0.5).exp() * mean.randnLike()
      return (try decoder(z), mean, logVariance)
    }

    /// New images `[count, 784]`.
    func sample(_ count: Int) throws -> Tensor {
      try noGrad { try decoder(Tensor.randn([count, 20])).sigmoid() }
    }
  }

  /// The negative bound on the log likelihood, in nats, the mean over the images.
  static func loss(_ model: Model, _ x: Tensor) throws -> Tensor {
    let (scores, mean, logVariance) = try model(x)
    let reconstruction = try binaryCrossEntropyWithLogits(scores, x, reduction: .sum)
    // From the encoder's distribution to the standard normal one.
    let divergence = try 0.5 * (mean.square() + logVariance.exp() - logVariance - 1).sum()
    return try (reconstruction + divergence) / Double(x.size(0))
  }

  /// - Parameter picture: Where to draw new digits, as a PNG file; nil for nowhere.
  static func train(
    on digits: Digits, epochs: Int = 5, batchSize: Int = 100, picture: String? = nil,
    report: Report = { print($0) }
  ) throws -> Double {
    let model = Model()
    let optimizer = try Adam(model.parameters(), learningRate: 1e-3)
    let steps = try digits.xTrain.size(0) / batchSize
    for epoch in 0..<epochs {
      for step in 0..<steps {
        let (images, _) = try digits.randomBatch(batchSize)
        let loss = try loss(model, images.reshape([batchSize, 784]))
        optimizer.zeroGrad()
        try loss.backward()
        try optimizer.step()
        if step == steps - 1 {
          report(.batch(epoch: epoch, iteration: step, loss: try loss.item()))
        }
      }
    }
    if let picture { try draw(model, to: picture) }
    return try noGrad { try loss(model, digits.xValid[..<2000]).item() }
  }

  /// Eight rows of eight new digits.
  private static func draw(_ model: Model, to path: String) throws {
    let images = try model.sample(64).reshape([8, 8, 28, 28]).transpose(1, 2).reshape([224, 224])
    try PNG.write((images * 255).to(.uint8), to: path)
  }
}
