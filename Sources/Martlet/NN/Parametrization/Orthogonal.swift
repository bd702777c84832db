/// How an orthogonal matrix is made of any matrix X, of which the part below the diagonal counts.
public enum OrthogonalMap: Sendable {
  /// `exp(A)` of the skew-symmetric A that has X below its diagonal.
  case matrixExp
  /// `(1 - A / 2)^-1 (1 + A / 2)` of the same A.
  case cayley
  /// The product of Householder reflections by the columns of X. The signs of X's diagonal, which
  /// gets no gradient, are those of the result's columns.
  case householder
}

/// Orthogonal matrices: computes a parameter so that its columns are orthonormal, or its rows where
/// there are fewer of these. Dimensions before the last two are batches of matrices.
///
/// A parameter that is not orthogonal is replaced by the orthogonal matrix of its QR decomposition,
/// but without trivialization for `.matrixExp` and `.cayley`, which cannot be inverted: these are
/// applied to the parameter as it is, which cannot be assigned to then.
///
///     let layer = try orthogonal(Linear(20, 40))
///
/// - Parameters:
///   - module: The module that has the parameter itself.
///   - name: The parameter's name.
///   - map: How the matrix is computed; by default `.matrixExp` for square ones, else
///     `.householder`, which takes less for much higher or wider ones.
///   - useTrivialization: Whether the result is multiplied by a fixed orthogonal matrix, the buffer
///     `base`, from which training starts: Lezcano Casado, "Trivializations for Gradient-Based
///     Optimization on Manifolds", 2019.
/// - Returns: The module.
/// - Throws: `TensorError.argument` if there is no such parameter, `TensorError.rank` if it is no
///   matrix.
@discardableResult
public func orthogonal<M: Module>(
  _ module: M, _ name: String = "weight", map: OrthogonalMap? = nil,
  useTrivialization: Bool = true
) throws -> M {
  let weight = try module.ownParameter(name, "orthogonal").value
  try requireMatrix(weight)
  let isSquare = weight.sizes[weight.rank - 1] == weight.sizes[weight.rank - 2]
  let step = try Orthogonal(
    weight, map ?? (isSquare ? .matrixExp : .householder), isTrivialized: useTrivialization)
  return try parametrize(module, name, with: step)
}

private func requireMatrix(_ x: Tensor) throws {
  try x.validate()
  guard x.rank >= 2 else {
    throw TensorError.rank(operation: "orthogonal", rank: x.rank, expected: "at least 2")
  }
}

private final class Orthogonal: Parametrization {
  /// What results are multiplied by, `[..., n, n]`.
  let base: ModuleBuffer?
  private let map: OrthogonalMap

  init(_ weight: Tensor, _ map: OrthogonalMap, isTrivialized: Bool) throws {
    self.map = map
    guard isTrivialized else {
      base = nil
      return
    }
    let size = max(weight.sizes[weight.rank - 1], weight.sizes[weight.rank - 2])
    let eye = Tensor.eye(size, dtype: weight.dtype, device: weight.device)
    base = ModuleBuffer(
      wrappedValue: try eye.expanded(weight.shape.dropLast(2) + [size, size]), "base")
  }

  func forward(_ originals: [Tensor]) throws -> Tensor {
    guard let x = originals.first else {
      throw TensorError.argument(operation: "orthogonal", reason: "needs a parameter")
    }
    return try Self.standing(x) { x in
      let result = try map == .householder ? reflected(x) : rotated(x)
      return try base.map { try $0.value.matmul(result) } ?? result
    }
  }

  /// By `.matrixExp` or `.cayley`.
  private func rotated(_ x: Tensor) throws -> Tensor {
    let (rows, columns) = (x.sizes[x.rank - 2], x.sizes[x.rank - 1])
    let below = try pad(x.tril(), [0, rows - columns])
    let skew = try below - below.mT
    let eye = Tensor.eye(rows, dtype: x.dtype, device: x.device)
    let whole =
      try map == .matrixExp ? skew.matrixExp() : (eye - skew * 0.5).solve(eye + skew * 0.5)
    return try whole.narrow(-1, start: 0, length: columns)
  }

  private func reflected(_ x: Tensor) throws -> Tensor {
    let vectors = try x.tril(-1)
    let tau = try 2 / (vectors.square().sum(-2) + 1)
    let signs = try x.detached().diagonal(dim1: -2, dim2: -1).trunc().unsqueezed(-2)
    return try vectors.householderProduct(tau) * signs
  }

  /// A map without an inverse is applied to what is there.
  func start(_ value: Tensor) throws -> [Tensor] {
    base == nil && map != .householder ? [value] : try rightInverse(value)
  }

  func rightInverse(_ value: Tensor) throws -> [Tensor] {
    if let base {
      _ = try Self.standing(value) { x in
        base.value = try Self.completed(x)
        return x
      }
      return [try -Self.eye(like: value)]
    }
    guard map == .householder else {
      throw TensorError.argument(
        operation: "orthogonal",
        reason: "without trivialization there is no way back from a matrix to what .\(map) made it"
          + " of")
    }
    return [
      try Self.standing(value) { x in
        let (a, tau) = try x.geqrf()
        let diagonal = try a.diagonal(dim1: -2, dim2: -1).sign()
        // Where there is no reflection, its column keeps its sign.
        let signs = try (-diagonal).where(tau .== 0, else: diagonal)
        return try a.tril(-1) + a.triu(1) + Self.eye(like: x) * signs.unsqueezed(-2)
      }
    ]
  }

  /// A square matrix with orthonormal columns, of which the first are those of x if they are
  /// orthonormal.
  private static func completed(_ x: Tensor) throws -> Tensor {
    let (rows, columns) = (x.sizes[x.rank - 2], x.sizes[x.rank - 1])
    if rows == columns, try isOrthogonal(x) { return x }
    let rest = Tensor.randn(
      x.shape.dropLast(2) + [rows, rows - columns], dtype: x.dtype, device: x.device)
    let (q, r) = try cat([x, rest], dim: -1).qr()
    return try q * r.diagonal(dim1: -2, dim2: -1).sign().unsqueezed(-2)
  }

  private static func isOrthogonal(_ x: Tensor) throws -> Bool {
    let size = x.sizes[x.rank - 1]
    let eps = x.dtype == .float64 ? 0x1p-52 : 0x1p-23
    let eye = Tensor.eye(size, dtype: x.dtype, device: x.device)
    return try x.mT.matmul(x).allClose(eye.expanded(x.shape), atol: 10 * Double(size) * eps)
  }

  /// The result for a matrix with at least as many rows as columns: a wider one is transposed.
  private static func standing(_ x: Tensor, _ body: (Tensor) throws -> Tensor) throws -> Tensor {
    try requireMatrix(x)
    return try x.sizes[x.rank - 2] < x.sizes[x.rank - 1] ? body(x.mT).mT : body(x)
  }

  private static func eye(like x: Tensor) throws -> Tensor {
    try Tensor.eye(
      x.sizes[x.rank - 2], x.sizes[x.rank - 1], dtype: x.dtype, device: x.device
    ).expanded(x.shape)
  }

  var layerName: String { "_Orthogonal" }
}
