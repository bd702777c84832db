import ExampleModels
import Martlet

/// A transformer that learns to write fables, character by character.
///
/// The last word repeats one from far before: only attention can know it. Within two minutes the
/// loss comes within 0.06 nats of what cannot be foreseen at all.
enum CharacterGPT {
  struct Result {
    let model: GPT
    /// The mean loss over text that was not trained on, in nats a character.
    let loss: Double
    /// What no model can do better than.
    let entropy: Double
    /// What the model writes.
    let sample: String
  }

  static func train(
    steps: Int = 1200, batchSize: Int = 12, context: Int = 96, report: Report = { print($0) }
  ) throws -> Result {
    let text = try FableText(fables: 6000)
    let count = text.tokens.count
    let (training, held) = (
      try text.tokens[..<(count * 9 / 10)], try text.tokens[(count * 9 / 10)...]
    )
    let model = GPT(
      vocabulary: text.characters.count, context: context, width: 128, heads: 4, layers: 4)
    // Small weights: the table of tokens is the head as well, whose scores begin near zero.
    try model.apply { module in
      if let linear = module as? Linear { try linear.weight.initialize(.normal(std: 0.02)) }
      if let table = module as? Embedding { try table.weight.initialize(.normal(std: 0.02)) }
    }
    let optimizer = try AdamW(
      model.parameters(), learningRate: 3e-3, betas: (0.9, 0.95), weightDecay: 0.1)
    // Weights of matrices decay, those of biases and norms do not.
    try optimizer.addGroup(model.parameters { $1.value.rank < 2 }) { $0.weightDecay = 0 }
    let schedule = try OneCycleLR(
      optimizer, maxLearningRate: 3e-3, totalSteps: steps + 1, pctStart: 0.1, cycleMomentum: false)
    for step in 1...steps {
      let (x, y) = try batch(of: training, batchSize, context)
      let loss = try crossEntropy(model(x).flatten(from: 0, to: 1), y.flatten())
      optimizer.zeroGrad()
      try loss.backward()
      try clipGradNorm(model.parameters(), maxNorm: 1)
      try optimizer.step()
      try schedule.step()
      if step % 100 == 0 { report(.step(step, loss: try loss.item())) }
    }
    let losses = try noGrad {
      try (0..<10).map { _ in
        let (x, y) = try batch(of: held, batchSize, context)
        return try crossEntropy(model(x).flatten(from: 0, to: 1), y.flatten()).item()
      }
    }
    return Result(
      model: model, loss: losses.reduce(0, +) / Double(losses.count), entropy: text.entropy,
      sample: try write(model, text, count: 200))
  }

  /// Stretches of the text from random places, and the characters that follow each of theirs.
  private static func batch(of tokens: Tensor, _ size: Int, _ context: Int) throws -> (
    x: Tensor, y: Tensor
  ) {
    let starts = Tensor.randint(0..<(tokens.count - context), [size, 1])
    let places = try starts + Tensor.arange(context)
    return (try tokens[places], try tokens[places + 1])
  }

  /// Lets the model go on from a beginning, drawing each character by its probability.
  private static func write(_ model: GPT, _ text: FableText, count: Int) throws -> String {
    guard let first = text.characters.firstIndex(of: "\n") else { return "" }
    return try noGrad {
      var tokens = [first]
      for _ in 0..<count {
        let seen = Array(tokens.suffix(model.context))
        let scores = try model(Tensor([seen]))[0, -1]
        let next = try scores.softmax(dim: -1).multinomial(1)
        tokens.append(Int(try next.item()))
      }
      return text.text(Array(tokens.dropFirst()))
    }
  }
}
