import Martlet

/// A diffusion model of points on a spiral.
///
/// Points are disturbed by more and more noise in 100 steps; a network learns to tell the noise from
/// the disturbed point and the step. Starting from nothing but noise and taking out what it says,
/// step by step, gives new points of the spiral: nine of ten closer than 0.1 to it, where less than
/// one in four of random ones are.
///
/// Ho et al., "Denoising Diffusion Probabilistic Models", 2020.
enum SpiralDiffusion {
  /// How much noise is added in each step, `[100]`.
  private static let betas = Tensor.linspace(1e-4, 0.1, 100)

  final class Model: Module {
    let time = Embedding(100, 64)
    let first = Linear(2, 128)
    let shift = Linear(64, 128)
    let body = Sequential(
      SiLU(), Linear(128, 128), SiLU(), Linear(128, 128), SiLU(), Linear(128, 2))

    /// The noise in points `[N, 2]` after steps `[N]`.
    func forward(_ input: (Tensor, Tensor)) throws -> Tensor {
      try body(first(input.0) + shift(time(input.1)))
    }
  }

  struct Result {
    /// New points, `[1000, 2]`.
    let points: Tensor
    /// The share of them closer than 0.1 to the spiral.
    let share: Double
  }

  static func train(
    steps: Int = 6000, batchSize: Int = 256, report: Report = { print($0) }
  ) throws -> Result {
    let model = Model()
    let optimizer = try Adam(model.parameters(), learningRate: 2e-3)
    let schedule = try CosineAnnealingLR(optimizer, tMax: steps)
    let kept = try (1 - betas).cumprod(0)
    for step in 1...steps {
      let x = try spiral(Tensor.rand([batchSize]))
      let t = Tensor.randint(0..<100, [batchSize])
      let noise = try x.randnLike()
      let share = try kept[t].unsqueezed(1)
      let disturbed = try share.sqrt() * x + (1 - share).sqrt() * noise
      let loss = try mseLoss(model(disturbed, t), noise)
      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
      try schedule.step()
      if step % 1000 == 0 { report(.step(step, loss: try loss.item())) }
    }
    let points = try sample(model, 1000)
    return Result(points: points, share: try closeness(points))
  }

  /// Points `[N, 2]` of the spiral at places `[N]` from 0, its middle, to 1.
  private static func spiral(_ place: Tensor) throws -> Tensor {
    let angle = try place.sqrt() * (3 * Double.pi)
    return try stack([angle * angle.cos(), angle * angle.sin()], dim: 1) / 5
  }

  private static func sample(_ model: Model, _ count: Int) throws -> Tensor {
    try noGrad {
      let kept = try (1 - betas).cumprod(0)
      var x = Tensor.randn([count, 2])
      for t in (0..<100).reversed() {
        let (beta, share) = (try betas[t], try kept[t])
        let noise = try model(x, Tensor.full([count], t))
        x = try (x - beta / (1 - share).sqrt() * noise) / (1 - beta).sqrt()
        if t > 0 { x = try x + beta.sqrt() * x.randnLike() }
      }
      return x
    }
  }

  /// The share of points closer than 0.1 to the spiral.
  private static func closeness(_ points: Tensor) throws -> Double {
    let curve = try spiral(Tensor.linspace(0, 1, 2000))
    let distance = try cdist(points, curve).amin(1)
    return try (distance .< 0.1).to(.float32).mean().item()
  }
}
