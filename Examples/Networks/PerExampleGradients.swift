import Martlet

/// Training in which no single digit has much of a say.
///
/// The gradient of every example's own loss is computed at once, by `vmap` over `grad`; each is cut
/// to a norm of 1 before they are added, and noise hides what is left of any one of them. Reads 85
/// of 100 new digits.
///
/// Abadi et al., "Deep Learning with Differential Privacy", 2016.
enum PerExampleGradients {
  static func makeModel() -> Sequential {
    Sequential(
      Conv2d(1, 8, kernelSize: 5, stride: 2), ReLU(), Conv2d(8, 16, kernelSize: 3, stride: 2),
      ReLU(), Flatten(), Linear(400, 10))
  }

  /// For each image its own gradients: parameters `[...]` give `[N, ...]`.
  static func gradients(
    _ model: Sequential, _ images: Tensor, _ labels: Tensor
  ) throws -> TensorDictionary {
    let parameters = model.parameterDictionary()
    return try vmap(over: images, labels) { image, label in
      try grad(at: parameters) { parameters in
        // One image as a batch of one.
        let scores = try functionalCall(model, parameters, image.unsqueezed(0))
        return try crossEntropy(scores, label.unsqueezed(0))
      }
    }
  }

  /// The sum of the gradients, each cut to a norm, as the mean with noise.
  static func privateMean(
    _ gradients: TensorDictionary, maxNorm: Double, noise: Double
  ) throws -> TensorDictionary {
    var squares: Tensor?
    for (_, gradient) in gradients {
      let square = try gradient.flatten(from: 1).square().sum(1)
      squares = try squares.map { try $0 + square } ?? square
    }
    guard let squares else { return gradients }
    let count = try squares.size(0)
    let factors = try (maxNorm / (squares.sqrt() + 1e-6)).clamp(max: 1)
    return TensorDictionary(
      try gradients.map { name, gradient in
        let sum = try einsum("n,n...->...", factors, gradient)
        return (name, try (sum + sum.randnLike() * (noise * maxNorm)) / Double(count))
      })
  }

  static func train(
    on digits: Digits, steps: Int = 2000, batchSize: Int = 128, report: Report = { print($0) }
  ) throws -> Double {
    let model = makeModel()
    let optimizer = try SGD(model.parameters(), learningRate: 0.1, momentum: 0.9)
    for step in 1...steps {
      let (images, labels) = try digits.randomBatch(batchSize)
      let gradients = try privateMean(
        gradients(model, images, labels), maxNorm: 1, noise: 1)
      for (name, parameter) in model.namedParameters() { parameter.grad = gradients[name] }
      try optimizer.step()
      if step % 400 == 0 {
        let loss = try noGrad { try crossEntropy(model(images), labels) }
        report(.step(step, loss: try loss.item()))
      }
    }
    return try digits.accuracy(of: model)
  }
}
