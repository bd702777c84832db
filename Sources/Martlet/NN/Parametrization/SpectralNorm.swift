/// Spectral normalisation: divides a parameter, taken as a matrix, by its greatest singular value,
/// which every use in training approaches by iterations of the power method.
///
/// Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018.
///
///     let layer = try spectralNorm(Linear(20, 40))
///
/// - Parameters:
///   - module: The module that has the parameter itself.
///   - name: The parameter's name. The matrix has a row for each slice along `dim`; a parameter of
///     one dimension is divided by its length.
///   - powerIterations: How many iterations each use in training makes.
///   - eps: The least length that vectors are divided by.
///   - dim: The dimension of the rows; 0, but 1 for the weight of a transposed convolution.
/// - Returns: The module.
/// - Throws: `TensorError.argument` if there is no such parameter or no iteration,
///   `TensorError.dimension` if it does not have the dimension.
@discardableResult
public func spectralNorm<M: Module>(
  _ module: M, _ name: String = "weight", powerIterations: Int = 1, eps: Double = 1e-12,
  dim: Int? = nil
) throws -> M {
  let weight = try module.ownParameter(name, "spectralNorm").value.detached()
  let isTransposed = module.layerName.hasPrefix("ConvTranspose")
  let norm = try SpectralNorm(
    weight, powerIterations: powerIterations, eps: eps, dim: dim ?? (isTransposed ? 1 : 0))
  return try parametrize(module, name, with: norm)
}

private final class SpectralNorm: Parametrization, TrainingDependent {
  let mode = TrainingMode()
  let u: ModuleBuffer?
  let v: ModuleBuffer?
  private let powerIterations: Int
  private let eps: Double
  private let dim: Int

  init(_ weight: Tensor, powerIterations: Int, eps: Double, dim: Int) throws {
    guard powerIterations > 0 else {
      throw TensorError.argument(
        operation: "spectralNorm", reason: "\(powerIterations) iterations, expected at least 1")
    }
    self.powerIterations = powerIterations
    self.eps = eps
    self.dim = try normalize(dim, weight.rank, "spectralNorm")
    guard weight.rank > 1 else {
      u = nil
      v = nil
      return
    }
    let matrix = try Self.matrix(weight, self.dim)
    func start(_ count: Int) throws -> Tensor {
      let x = Tensor.randn([count], dtype: weight.dtype, device: weight.device)
      return try Martlet.normalize(x, dim: 0, eps: eps)
    }
    u = ModuleBuffer(wrappedValue: try start(matrix.shape[0]), "_u")
    v = ModuleBuffer(wrappedValue: try start(matrix.shape[1]), "_v")
    try iterate(matrix, 15)
  }

  func forward(_ originals: [Tensor]) throws -> Tensor {
    guard let weight = originals.first else {
      throw TensorError.argument(operation: "spectralNorm", reason: "needs a parameter")
    }
    guard let u, let v else { return try Martlet.normalize(weight, dim: 0, eps: eps) }
    let matrix = try Self.matrix(weight, dim)
    if isTraining { try iterate(matrix.detached(), powerIterations) }
    return try weight / u.value.dot(matrix.mv(v.value))
  }

  /// Brings u and v nearer to the singular vectors of the greatest singular value.
  private func iterate(_ matrix: Tensor, _ count: Int) throws {
    guard let u, let v else { return }
    try noGrad {
      let turned = try matrix.transpose(0, 1)
      for _ in 0..<count {
        u.value = try Martlet.normalize(matrix.mv(v.value), dim: 0, eps: eps)
        v.value = try Martlet.normalize(turned.mv(u.value), dim: 0, eps: eps)
      }
    }
  }

  /// The weight with dimension `dim` first and the others as one.
  private static func matrix(_ weight: Tensor, _ dim: Int) throws -> Tensor {
    try (dim == 0 ? weight : weight.movedim(dim, 0)).flatten(from: 1)
  }

  var layerName: String { "_SpectralNorm" }
}
