import ArgumentParser
import Martlet
import MartletVision

/// Trains a network on handwritten digits, saves it, loads it again, and draws what it reads.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a convolutional network on MNIST and draw its predictions.")

  @Option(
    help:
      "A directory with the MNIST files (else MARTLET_DATA, the cache, a download, or drawn digits)."
  )
  var data: String?

  @Option(help: "How many times to go through the training images.")
  var epochs = 4

  @Option(help: "How many images make one step.")
  var batchSize = 64

  @Option(help: "What all random numbers depend on.")
  var seed: UInt64 = 1

  @Option(help: "Where to save the trained weights.")
  var model = "lenet.safetensors"

  @Option(help: "Where to draw the predictions.")
  var picture = "predictions.png"

  func validate() throws {
    guard epochs > 0, batchSize > 0 else {
      throw ValidationError("epochs and batch size must be positive")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    let digits = try MNIST.load(data: data) { print($0) }
    print(
      "Data: \(digits.source), \(digits.train.labels.count) training and \(digits.test.labels.count) test images"
    )
    manualSeed(seed)
    let training = try dataset(digits.train)
    let validation = try dataset(digits.test)
    let loader = try DataLoader(
      training, batchSize: batchSize, shuffle: true, seed: seed, prefetch: 2)
    let testLoader = try DataLoader(validation, batchSize: 500)

    let net = LeNet()
    let count = net.parameters().reduce(0) { $0 + $1.value.count }
    print("\(net)\n\(count) parameters, \(Threads.count) threads\n")
    let optimizer = try Adam(net.parameters(), learningRate: 2e-3)
    for epoch in 1...epochs {
      // Smaller steps towards the end settle what larger ones found.
      optimizer.learningRate = 2e-3 * (epoch == epochs ? 0.1 : epoch * 2 > epochs ? 0.5 : 1)
      let loss = try train(net, loader, optimizer, "Epoch \(epoch)/\(epochs)")
      let (validationLoss, accuracy) = try evaluate(net, testLoader)
      print(
        "  training loss \(fixed(loss, 4)), validation loss \(fixed(validationLoss, 4)), accuracy \(fixed(accuracy * 100, 2)) %"
      )
    }
    print("Trained in \(fixed((ContinuousClock.now - start) / .seconds(1), 1)) s")

    try Safetensors.save(net.stateDict(), to: model)
    let reloaded = LeNet()
    try reloaded.load(stateDict: Safetensors.load(model))
    let (_, accuracy) = try evaluate(reloaded, testLoader)
    print(
      "Saved to \(model); loaded again it reads \(fixed(accuracy * 100, 2)) % of the test images")
    try draw(reloaded, digits.test)
  }

  private func dataset(_ split: MNIST.Split) throws -> TensorDataset {
    try TensorDataset(normalized(split.images), split.labels)
  }

  /// Images uint8 `[N, 28, 28]` as float32 `[N, 1, 28, 28]` with mean 0 and variance 1.
  private func normalized(_ images: Tensor) throws -> Tensor {
    try ((images.to(.float32) / 255 - 0.1307) / 0.3081).unsqueezed(1)
  }

  /// One epoch; the mean loss.
  private func train(
    _ net: LeNet, _ loader: DataLoader<(Tensor, Tensor)>, _ optimizer: Adam, _ title: String
  ) throws -> Double {
    net.train()
    var bar = ProgressBar(title, total: loader.count, unit: "batches")
    var sum = 0.0
    try loader.forEach { x, y in
      let loss = try crossEntropy(net(x), y)
      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
      let value = try loss.item()
      sum += value
      bar.advance("loss \(fixed(value, 3))")
    }
    bar.finish()
    return sum / Double(max(loader.count, 1))
  }

  /// The mean loss and the share of images that are read right.
  private func evaluate(_ net: LeNet, _ loader: DataLoader<(Tensor, Tensor)>) throws -> (
    loss: Double, accuracy: Double
  ) {
    net.eval()
    var loss = 0.0
    var right = 0.0
    var count = 0.0
    try noGrad {
      try loader.forEach { x, y in
        let logits = try net(x)
        loss += try crossEntropy(logits, y, reduction: .sum).item()
        right += try (logits.argmax(1) .== y).sum().item()
        count += Double(y.count)
      }
    }
    return (loss / max(count, 1), right / max(count, 1))
  }

  /// 25 test digits, wrong ones first if there are any among the first thousand.
  private func draw(_ net: LeNet, _ split: MNIST.Split) throws {
    let images = try split.images.narrow(0, start: 0, length: min(1000, split.images.shape[0]))
    let labels = try split.labels.narrow(0, start: 0, length: images.shape[0])
    let predicted = try noGrad { try net(normalized(images)).argmax(1) }
    let order = try (predicted .!= labels).to(.int64).argsort(0, descending: true)
    let chosen = try order.narrow(0, start: 0, length: min(25, images.shape[0]))
    let grid = try PredictionGrid(
      images: images.indexSelect(0, chosen),
      predicted: predicted.indexSelect(0, chosen).array(of: Int.self),
      labels: labels.indexSelect(0, chosen).array(of: Int.self))
    try grid.write(to: picture)
    print("Drew 25 test images to \(picture), wrongly read ones first, in red")
  }
}
