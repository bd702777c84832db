import ExampleModels
import Martlet

/// Whole training steps: forward, loss, backward, update and clearing of gradients, the loss read
/// back every 100 steps.
package enum StepWorkloads {
  package static let all = [
    Workload("step.poly_manual", polyManual),
    Workload("step.poly_autograd", polyAutograd),
    Workload("step.poly_rmsprop", polyRMSprop),
    Workload("step.two_layer", twoLayer),
    Workload("step.two_layer_adam", twoLayerAdam),
    Workload("step.mnist_logistic", mnistLogistic),
    Workload("step.mnist_cnn", mnistCNN),
    Workload("step.mlp_large", mlpLarge),
    Workload("step.resnet18", resnet18),
    Workload("step.gpt", gpt),
    Workload("step.lstm", lstm),
  ]

  static func sine() throws -> (x: Tensor, y: Tensor) {
    let x = Tensor.linspace(-Double.pi, Double.pi, 2000)
    return (x, try x.sin())
  }

  static func polyManual() throws -> () throws -> Void {
    let (x, y) = try sine()
    var a = Tensor.randn([])
    var b = Tensor.randn([])
    var c = Tensor.randn([])
    var d = Tensor.randn([])
    return {
      let prediction = try a + b * x + c * x.pow(2) + d * x.pow(3)
      _ = try (prediction - y).pow(2).sum()
      let gradient = try 2.0 * (prediction - y)
      a = try a - 1e-6 * gradient.sum()
      b = try b - 1e-6 * (gradient * x).sum()
      c = try c - 1e-6 * (gradient * x.pow(2)).sum()
      d = try d - 1e-6 * (gradient * x.pow(3)).sum()
    }
  }

  static func polyAutograd() throws -> () throws -> Void {
    let (x, y) = try sine()
    var p = (0..<4).map { _ in Tensor.randn([], requiresGrad: true) }
    return {
      let loss = try (p[0] + p[1] * x + p[2] * x.pow(2) + p[3] * x.pow(3) - y).pow(2).sum()
      try loss.backward()
      try noGrad {
        for i in p.indices {
          guard let gradient = p[i].grad else { continue }
          try p[i] -= 1e-6 * gradient
          p[i].grad = nil
        }
      }
    }
  }

  static func polyRMSprop() throws -> () throws -> Void {
    let (x, y) = try sine()
    let powers = try x.unsqueezed(-1).pow(Tensor([1, 2, 3]))
    let model = Sequential(Linear(3, 1), Flatten(0, 1))
    return trainer(
      model, powers, y, try RMSprop(model.parameters(), learningRate: 1e-3), sumOfSquares)
  }

  package static func twoLayer() throws -> () throws -> Void {
    let x = Tensor.randn([64, 1000])
    let y = Tensor.randn([64, 10])
    var w1 = Tensor.randn([1000, 100], requiresGrad: true)
    var w2 = Tensor.randn([100, 10], requiresGrad: true)
    return {
      let loss = try (x.mm(w1).clamp(min: 0).mm(w2) - y).pow(2).sum()
      try loss.backward()
      try noGrad {
        if let gradient = w1.grad { try w1 -= 1e-6 * gradient }
        if let gradient = w2.grad { try w2 -= 1e-6 * gradient }
        w1.grad = nil
        w2.grad = nil
      }
    }
  }

  static func twoLayerAdam() throws -> () throws -> Void {
    let model = Sequential(Linear(1000, 100), ReLU(), Linear(100, 10))
    return trainer(
      model, Tensor.randn([64, 1000]), Tensor.randn([64, 10]),
      try Adam(model.parameters(), learningRate: 1e-4), sumOfSquares)
  }

  static func mnistLogistic() throws -> () throws -> Void {
    let model = Linear(784, 10)
    return trainer(
      model, Tensor.randn([64, 784]), Tensor.randint(0..<10, [64]),
      try SGD(model.parameters(), learningRate: 0.5), entropy)
  }

  static func mnistCNN() throws -> () throws -> Void {
    let model = Sequential(
      Conv2d(1, 16, kernelSize: 3, stride: 2, padding: 1), ReLU(),
      Conv2d(16, 16, kernelSize: 3, stride: 2, padding: 1), ReLU(),
      Conv2d(16, 10, kernelSize: 3, stride: 2, padding: 1), ReLU(), AvgPool2d(4), Flatten())
    return trainer(
      model, Tensor.randn([64, 1, 28, 28]), Tensor.randint(0..<10, [64]),
      try SGD(model.parameters(), learningRate: 0.1, momentum: 0.9), entropy)
  }

  static func mlpLarge() throws -> () throws -> Void {
    let model = Sequential(
      Linear(1024, 4096), GELU(), Linear(4096, 1024), Linear(1024, 4096), GELU(),
      Linear(4096, 1024))
    return trainer(
      model, Tensor.randn([256, 1024]), Tensor.randn([256, 1024]),
      try AdamW(model.parameters(), learningRate: 1e-3)
    ) { try mseLoss($0, $1) }
  }

  static func gpt() throws -> () throws -> Void {
    let model = GPT()
    return trainer(
      model, Tensor.randint(0..<model.vocabulary, [8, model.context]),
      Tensor.randint(0..<model.vocabulary, [8 * model.context]),
      try AdamW(model.parameters(), learningRate: 3e-4)
    ) { try crossEntropy($0.flatten(from: 0, to: 1), $1) }
  }

  static func resnet18() throws -> () throws -> Void {
    let model = ResNet18()
    let optimizer = try SGD(
      model.parameters(), learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
    return trainer(
      model, Tensor.randn([32, 3, 32, 32]), Tensor.randint(0..<10, [32]), optimizer, entropy)
  }

  static func lstm() throws -> () throws -> Void {
    let model = LSTMClassifier(inputSize: 128, hiddenSize: 256, classes: 10)
    return trainer(
      model, Tensor.randn([32, 64, 128]), Tensor.randint(0..<10, [32]),
      try Adam(model.parameters(), learningRate: 1e-3), entropy)
  }

  static func sumOfSquares(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    try mseLoss(x, y, reduction: .sum)
  }

  static func entropy(_ x: Tensor, _ y: Tensor) throws -> Tensor { try crossEntropy(x, y) }

  static func trainer(
    _ model: some Module<Tensor, Tensor>, _ x: Tensor, _ y: Tensor, _ optimizer: some Optimizer,
    _ lossFunction: @escaping (Tensor, Tensor) throws -> Tensor
  ) -> () throws -> Void {
    var count = 0
    return {
      let loss = try lossFunction(model(x), y)
      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
      count += 1
      if count % 100 == 0 { _ = try loss.item() }
    }
  }
}
