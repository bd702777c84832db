import Martlet

extension OperationTable {
  /// Decompositions of matrices, equations, and functions of matrices.
  mutating func addLinearAlgebra() {
    addDecompositions()
    addEquations()
    addReflectors()
    addMatrixFunctions()
  }

  private mutating func addDecompositions() {
    add("linalg.cholesky") { try $0.tensor(0).cholesky(upper: $0.bool(nil, "upper")) }
    add("linalg.cholesky_ex") { arguments in
      let (l, info) = try arguments.tensor(0).choleskyEx(upper: arguments.bool(nil, "upper"))
      return [l, info]
    }
    add("linalg.qr") { arguments in
      let mode = try arguments.choice(
        1, "mode", default: QRMode.reduced,
        ["reduced": .reduced, "complete": .complete, "r": .r])
      let (q, r) = try arguments.tensor(0).qr(mode)
      return [q, r]
    }
    add("linalg.eigh") { arguments in
      let (values, vectors) = try arguments.tensor(0).eigh(arguments.triangle())
      return [values, vectors]
    }
    add("linalg.eigvalsh") { try $0.tensor(0).eigvalsh($0.triangle()) }
    add("linalg.svd") { arguments in
      let (u, s, vh) = try arguments.tensor(0).svd(
        fullMatrices: arguments.bool(1, "full_matrices", default: true))
      return [u, s, vh]
    }
    add("svd") { arguments in
      let x = try arguments.tensor(0)
      guard try arguments.bool(2, "compute_uv", default: true) else {
        return [try x.svdvals()]
      }
      let (u, s, vh) = try x.svd(fullMatrices: !arguments.bool(1, "some", default: true))
      return [u, s, try vh.mT]
    }
    unary("linalg.svdvals") { try $0.svdvals() }
    add("linalg.lu") { arguments in
      try arguments.requirePivot(1)
      let (p, l, u) = try arguments.tensor(0).lu()
      return [p, l, u]
    }
    add("linalg.lu_factor") { arguments in
      try arguments.requirePivot(1)
      let (lu, pivots) = try arguments.tensor(0).luFactor()
      return [lu, pivots]
    }
    add("linalg.lu_factor_ex") { arguments in
      try arguments.requirePivot(1)
      let (lu, pivots, info) = try arguments.tensor(0).luFactorEx()
      return [lu, pivots, info]
    }
    add("lu") { arguments in
      try arguments.requirePivot(1)
      let (lu, pivots, info) = try arguments.tensor(0).luFactorEx()
      return try arguments.bool(2, "get_infos") ? [lu, pivots, info] : [lu, pivots]
    }
    add("lu_unpack") { arguments in
      let (p, l, u) = try arguments.tensor(0, "LU_data").luUnpack(
        arguments.tensor(1, "LU_pivots"))
      return [p, l, u]
    }
    add("linalg.ldl_factor") { arguments in
      _ = try arguments.bool(nil, "hermitian")
      let (ld, pivots) = try arguments.tensor(0).ldlFactor()
      return [ld, pivots]
    }
    add("linalg.ldl_factor_ex") { arguments in
      _ = try arguments.bool(nil, "hermitian")
      let (ld, pivots, info) = try arguments.tensor(0).ldlFactorEx()
      return [ld, pivots, info]
    }
  }

  private mutating func addEquations() {
    add("linalg.solve") {
      try $0.tensor(0, "A").solve(
        $0.tensor(1, "B"), left: $0.bool(nil, "left", default: true))
    }
    add("linalg.solve_ex") { arguments in
      let (x, info) = try arguments.tensor(0, "A").solveEx(
        arguments.tensor(1, "B"), left: arguments.bool(nil, "left", default: true))
      return [x, info]
    }
    unary("linalg.inv") { try $0.inv() }
    add("linalg.inv_ex") { arguments in
      let (inverse, info) = try arguments.tensor(0, "A").invEx()
      return [inverse, info]
    }
    add("linalg.solve_triangular") {
      try $0.tensor(0).solveTriangular(
        $0.tensor(1, "B"), upper: $0.bool(nil, "upper"),
        left: $0.bool(nil, "left", default: true), unitriangular: $0.bool(nil, "unitriangular"))
    }
    add("triangular_solve") { arguments in
      let a = try arguments.tensor(1, "A")
      let isUpper = try arguments.bool(2, "upper", default: true)
      let isTransposed = try arguments.bool(3, "transpose")
      let x = try (isTransposed ? a.mT : a).solveTriangular(
        arguments.tensor(0, "b"), upper: isUpper != isTransposed,
        unitriangular: arguments.bool(4, "unitriangular"))
      return [x, a]
    }
    add("linalg.lu_solve") {
      try $0.tensor(0, "LU").luSolve(
        $0.tensor(1, "pivots"), $0.tensor(2, "B"), left: $0.bool(nil, "left", default: true),
        adjoint: $0.bool(nil, "adjoint"))
    }
    add("lu_solve") {
      try $0.tensor(1, "LU_data").luSolve($0.tensor(2, "LU_pivots"), $0.tensor(0, "b"))
    }
    add("linalg.ldl_solve") { arguments in
      _ = try arguments.bool(nil, "hermitian")
      return try arguments.tensor(0, "LD").ldlSolve(
        arguments.tensor(1, "pivots"), arguments.tensor(2, "B"))
    }
    add("cholesky_solve") {
      try $0.tensor(0, "B").choleskySolve($0.tensor(1, "L"), upper: $0.bool(2, "upper"))
    }
    add("cholesky_inverse") { try $0.tensor(0).choleskyInverse(upper: $0.bool(1, "upper")) }
    add("linalg.lstsq") { arguments in
      let drivers: [String: LeastSquaresDriver] = [
        "gels": .gels, "gelsy": .gelsy, "gelsd": .gelsd, "gelss": .gelss,
      ]
      let result = try arguments.tensor(0, "A").lstsq(
        arguments.tensor(1, "B"), rcond: arguments[2, "rcond"]?.double(),
        driver: arguments.choice(nil, "driver", default: .gelsy, drivers))
      return [result.solution, result.residuals, result.rank, result.singularValues]
    }
    add("linalg.pinv") {
      try $0.tensor(0).pinv(
        atol: $0.tolerance("atol"), rtol: $0.tolerance("rtol"),
        hermitian: $0.bool(nil, "hermitian"))
    }
    add("pinverse") { try $0.tensor(0).pinv(rtol: $0.double(1, "rcond", default: 1e-15)) }
    add("linalg.matrix_rank") {
      try $0.tensor(0).matrixRank(
        atol: $0.tolerance("atol"), rtol: $0.tolerance("rtol"),
        hermitian: $0.bool(nil, "hermitian"))
    }
    add("linalg.tensorsolve") {
      try $0.tensor(0, "A").tensorsolve($0.tensor(1, "B"), dims: $0[2, "dims"]?.ints() ?? [])
    }
    add("linalg.tensorinv") { try $0.tensor(0, "A").tensorinv($0.int(1, "ind", default: 2)) }
  }

  private mutating func addReflectors() {
    add("geqrf") { arguments in
      let (a, tau) = try arguments.tensor(0).geqrf()
      return [a, tau]
    }
    add("linalg.householder_product") {
      try $0.tensor(0, "A").householderProduct($0.tensor(1, "tau"))
    }
    add("ormqr") {
      try $0.tensor(0).ormqr(
        $0.tensor(1, "tau"), $0.tensor(2, "other"), left: $0.bool(3, "left", default: true),
        transpose: $0.bool(4, "transpose"))
    }
  }

  private mutating func addMatrixFunctions() {
    unary("linalg.det") { try $0.det() }
    unary("logdet") { try $0.logdet() }
    add("linalg.slogdet") { arguments in
      let (sign, value) = try arguments.tensor(0).slogdet()
      return [sign, value]
    }
    add("linalg.matrix_power") { try $0.tensor(0).matrixPower($0.int(1, "n")) }
    unary("matrix_exp") { x in
      guard x.dtype == .float32 || x.dtype == .float64 else {
        throw Unsupported("matrix_exp of \(x.dtype), where PyTorch gives NaN")
      }
      return try x.matrixExp()
    }
    unary("linalg.matrix_sqrth") { try $0.matrixSqrth() }
    add("linalg.polar") { arguments in
      let (u, p) = try arguments.tensor(0).polar()
      return [u, p]
    }
    add("linalg.multi_dot") { try multiDot($0.tensors(0)) }
    add("linalg.vander") { try $0.tensor(0, "x").vander($0[1, "N"]?.int()) }
    add("linalg.vecdot") {
      try $0.tensor(0, "x").vecdot($0.tensor(1, "y"), dim: $0.int(2, "dim", default: -1))
    }
    add("vdot") { try $0.tensor(0).vdot($0.tensor(1, "other")) }
    add("linalg.matrix_norm") { arguments in
      try arguments.tensor(0).matrixNorm(
        arguments[1, "ord"]?.matrixNorm() ?? .frobenius, arguments[2, "dim"]?.ints() ?? [-2, -1],
        keepDim: arguments.bool(3, "keepdim"), dtype: arguments.dtype())
    }
    add("linalg.cond") { try $0.tensor(0, "A").cond($0[1, "p"]?.matrixNorm() ?? .order(2)) }
    add("linalg.norm") { try norm($0) }
  }
}

/// PyTorch's function for both kinds of norms: of matrices where there is an order and two
/// dimensions, else of lists.
private func norm(_ arguments: Arguments) throws -> Tensor {
  let x = try arguments.tensor(0)
  let order = arguments[1, "ord"]
  let dims = try arguments[2, "dim"]?.ints()
  let keepDim = try arguments.bool(3, "keepdim")
  let dtype = try arguments.dtype()
  if let order, (dims?.count ?? x.rank) == 2 {
    return try x.matrixNorm(
      order.matrixNorm(), dims ?? [0, 1], keepDim: keepDim, dtype: dtype)
  }
  if order != nil, dims == nil, x.rank > 2 { throw Inexpressible("an order for all dimensions") }
  return try x.norm(order?.double() ?? 2, dims ?? [], keepDim: keepDim, dtype: dtype)
}

extension Arguments {
  fileprivate func triangle() throws -> Triangle {
    try choice(1, "UPLO", default: .lower, ["L": .lower, "U": .upper])
  }

  fileprivate func requirePivot(_ position: Int) throws {
    guard try bool(position, "pivot", default: true) else {
      throw Unsupported("decompositions without pivots")
    }
  }

  /// A number, or one for each matrix.
  fileprivate func tolerance(_ name: String) throws -> Tensor? {
    guard let argument = self[name] else { return nil }
    return argument.isTensor ? try argument.tensor() : try Tensor.full([], argument.double())
  }
}

extension CallArgument {
  func matrixNorm() throws -> MatrixNorm {
    guard case .string(let name) = value else { return .order(try double()) }
    switch name {
    case "fro": return .frobenius
    case "nuc": return .nuclear
    case "inf": return .order(.infinity)
    case "-inf": return .order(-.infinity)
    default: throw Inexpressible("a norm \"\(name)\"")
    }
  }
}
