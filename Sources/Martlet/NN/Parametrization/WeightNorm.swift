/// Weight normalisation: computes a parameter as `g v / |v|` from its length and its direction, the
/// parameters `original0` (g) and `original1` (v).
///
/// Salimans, Kingma, "Weight Normalization: A Simple Reparameterization to Accelerate Training of
/// Deep Neural Networks", 2016.
///
///     let layer = try weightNorm(Linear(20, 40))
///
/// - Parameters:
///   - module: The module that has the parameter itself.
///   - name: The parameter's name.
///   - dim: The dimension along which every slice has a length of its own; nil for one length of
///     all.
/// - Returns: The module.
/// - Throws: `TensorError.argument` if there is no such parameter, `TensorError.dimension` if it
///   does not have the dimension.
@discardableResult
public func weightNorm<M: Module>(_ module: M, _ name: String = "weight", dim: Int? = 0) throws -> M
{
  try parametrize(module, name, with: WeightNorm(dim: dim))
}

private final class WeightNorm: Parametrization {
  private let dim: Int?

  init(dim: Int?) { self.dim = dim }

  func forward(_ originals: [Tensor]) throws -> Tensor {
    guard originals.count == 2 else {
      throw TensorError.argument(operation: "weightNorm", reason: "needs a length and a direction")
    }
    return try originals[1] * (originals[0] / lengths(originals[1]))
  }

  func rightInverse(_ value: Tensor) throws -> [Tensor] { [try lengths(value), value] }

  private func lengths(_ x: Tensor) throws -> Tensor {
    guard let dim else { return try x.norm() }
    let own = try normalize(dim, x.rank, "weightNorm")
    let others = (0..<x.rank).filter { $0 != own }
    return others.isEmpty ? try x.abs() : try x.norm(2, others, keepDim: true)
  }

  var layerName: String { "_WeightNorm" }
}
