import Testing

@testable import Martlet

/// Matrices that cannot be taken apart: the message names the operation and the matrix of the
/// batch.
@Suite struct LinearAlgebraErrorTests {
  /// Identity matrices, of which one has another element in front.
  private func batch(_ value: Double, at place: Int = 4) throws -> Tensor {
    var x = try Tensor.eye(3, dtype: .float64).expanded(2, 3, 3, 3).clone().reshape(6, 3, 3)
    try x.assign(value, at: place, 0, 0)
    return try x.reshape(2, 3, 3, 3)
  }

  @Test func notPositiveDefinite() throws {
    #expect(
      errorText { try batch(-1).cholesky() }
        == "cholesky: matrix [1, 1] of the batch is not positive definite (its leading minor of"
        + " order 1 is not positive)")
    let (_, info) = try batch(-1).choleskyEx()
    #expect(try info.array(of: Int32.self) == [0, 0, 0, 0, 1, 0])
    #expect(
      errorText { try (Tensor.eye(2) * -1).cholesky(upper: true) }
        == "cholesky: the matrix is not positive definite (its leading minor of order 1 is not"
        + " positive)")
  }

  @Test func singular() throws {
    let x = try batch(0)
    let tail = " of its LU factors is 0)"
    #expect(
      errorText { try x.solve(Tensor.ones([3, 1], dtype: .float64)) }
        == "solve: matrix [1, 1] of the batch is singular (U[0, 0]" + tail)
    #expect(
      errorText { try x.inv() } == "inv: matrix [1, 1] of the batch is singular (U[0, 0]" + tail)
    #expect(
      errorText { try x.luFactor() }
        == "luFactor: matrix [1, 1] of the batch is singular (U[0, 0] is 0)")
    #expect(
      errorText { try x.ldlFactor() }
        == "ldlFactor: matrix [1, 1] of the batch is singular (D[0, 0] is 0)")
    #expect(
      errorText { try x.matrixPower(-2) }.hasPrefix("inv: matrix [1, 1] of the batch is singular"))
    for info in [try x.invEx().info, try x.luFactorEx().info, try x.ldlFactorEx().info] {
      #expect(try info.array(of: Int32.self) == [0, 0, 0, 0, 1, 0])
    }
    #expect(try x.det().array(of: Double.self) == [1, 1, 1, 1, 0, 1])
    #expect(try x.logdet().array(of: Double.self) == [0, 0, 0, 0, -.infinity, 0])
    #expect(
      errorText { try x.requiringGrad().logdet().sum().backward() }.hasPrefix(
        "slogdet: matrix [1, 1] of the batch is singular"))
    #expect(
      errorText { try Tensor.zeros([3, 4, 2]).lstsq(Tensor.ones([3, 4, 1]), driver: .gels) }
        == "lstsq: matrix [0] of the batch has not full rank; use another driver than .gels")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func notFinite(_ value: Double) throws {
    let x = try batch(value)
    let b = Tensor.ones([3, 1], dtype: .float64)
    let calls: [(String, () throws -> Void)] = [
      ("cholesky", { _ = try x.cholesky() }), ("choleskyEx", { _ = try x.choleskyEx() }),
      ("solve", { _ = try x.solve(b) }), ("invEx", { _ = try x.invEx() }),
      ("luFactor", { _ = try x.luFactor() }), ("lu", { _ = try x.lu() }),
      ("ldlFactor", { _ = try x.ldlFactor() }), ("qr", { _ = try x.qr() }),
      ("qr", { _ = try x.qr(.r) }), ("geqrf", { _ = try x.geqrf() }),
      ("eigh", { _ = try x.eigh() }), ("eigvalsh", { _ = try x.eigvalsh() }),
      ("svd", { _ = try x.svd() }), ("svdvals", { _ = try x.svdvals() }),
      ("eig", { _ = try x.eig() }), ("eigvals", { _ = try x.eigvals() }),
      ("det", { _ = try x.det() }), ("slogdet", { _ = try x.slogdet() }),
      ("svd", { _ = try x.pinv() }), ("svdvals", { _ = try x.cond() }),
    ]
    for (name, call) in calls {
      #expect(
        errorText(call) == "\(name): matrix [1, 1] of the batch has elements that are not finite")
    }
    #expect(errorText { try x.matrixExp() }.contains("not finite"))
  }

  /// What lies in the triangle that is not read does not matter.
  @Test func notFiniteInTheOtherTriangle() throws {
    var x = Tensor.eye(3)
    try x.assign(Double.nan, at: 0, 2)
    #expect(try x.cholesky() == Tensor.eye(3))
    #expect(try x.eigvalsh() == Tensor.ones([3]))
    #expect(try x.ldlFactor().ld == Tensor.eye(3))
    #expect(try x.solveTriangular(Tensor.ones([3, 1]), upper: false) == Tensor.ones([3, 1]))
    #expect(errorText { try x.mT.cholesky() }.contains("not finite"))
    #expect(try x.mT.cholesky(upper: true) == Tensor.eye(3))
  }

  @Test func complexEigenvalues() throws {
    let rotation = try Tensor([[0.0, -1], [1, 0]])
    #expect(
      errorText { try rotation.eig() }
        == "eig: the matrix has complex eigenvalues, and there are no complex tensors")
    #expect(errorText { try rotation.eigvals() }.hasPrefix("eigvals: the matrix has complex"))
  }

  @Test func shapesAndDtypes() {
    let wide = Tensor.ones([2, 3])
    let square = Tensor.eye(2)
    #expect(errorText { try wide.inv() } == "inv: the matrices must be square (2 and 3): [2, 3]")
    #expect(errorText { try wide.det() } == "det: the matrices must be square (2 and 3): [2, 3]")
    #expect(
      errorText { try Tensor.ones([2]).svd() }
        == "svd: a tensor of 1 dimension, expected at least 2")
    #expect(
      errorText { try Tensor.ones([2, 2], dtype: .int64).cholesky() }
        == "cholesky: needs float32 or float64 (got int64)")
    #expect(
      errorText { try Tensor.ones([2, 2], dtype: .float16).qr() }
        == "qr: needs float32 or float64 (got float16)")
    #expect(
      errorText { try square.solve(Tensor.ones([3, 1])) }
        == "solve: the numbers of rows differ (2 and 3): [2, 2] x [3, 1]")
    #expect(
      errorText { try square.solve(Tensor.ones([2, 1], dtype: .float64)) }
        == "solve: the dtypes must be equal (got float32, float64)")
    #expect(
      errorText { try Tensor.eye(2).expanded(2, 2, 2).solve(Tensor.ones([3, 2, 1])) }
        == "solve: batch dimensions do not broadcast ([2] and [3]): [2, 2, 2] x [3, 2, 1]")
    #expect(
      errorText { try square.solve(Tensor.ones([2]), left: false) }
        == "solve: on the left of A there are matrices, not lists: [2, 2] x [2]")
    #expect(
      errorText { try wide.lstsq(Tensor.ones([3, 1])) }
        == "lstsq: the numbers of rows differ (2 and 3): [2, 3] x [3, 1]")
    #expect(
      errorText { try wide.matrixNorm(.order(3)) }
        == "matrixNorm: matrices have no norm of order 3.0")
    #expect(
      errorText { try multiDot([wide, wide]) }
        == "multiDot: inner sizes differ (3 and 2): [2, 3] x [2, 3]")
    #expect(
      errorText { try multiDot([wide]) } == "multiDot: a product needs at least two matrices")
    #expect(
      errorText { try wide.polar() } == "polar: there are fewer rows than columns: [2, 3]")
    #expect(
      errorText { try Tensor.ones([2, 3, 4]).tensorinv() }
        == "tensorinv: sizes [2, 3] and [4] have different products: [2, 3, 4]")
    #expect(
      errorText { try Tensor.ones([2, 3, 4]).tensorsolve(Tensor.ones([2, 3])) }
        == "tensorsolve: the further sizes of A make 4 unknowns for 6 equations: [2, 3, 4] x [2, 3]"
    )
  }

  /// Pivots come from files and callers: bad ones must not reach memory.
  @Test func pivots() throws {
    let lu = Tensor.eye(3)
    let b = Tensor.ones([3, 1])
    let reason = "the pivots name rows that the matrices do not have"
    for bad in [[1, 2, 4], [0, 2, 3], [-1, 2, 3], [1, 2, Int(Int32.max)]] {
      let pivots = try Tensor(bad, dtype: .int32)
      #expect(errorText { try lu.luSolve(pivots, b) } == "lu: \(reason)")
      #expect(errorText { try lu.luUnpack(pivots) } == "lu: \(reason)")
    }
    for bad in [
      [1, 2, 4], [0, 2, 3], [1, 2, -3], [-1, 2, 3], [-4, -4, 1], [Int(Int32.min), -1, 1],
    ] {
      let pivots = try Tensor(bad, dtype: .int32)
      #expect(errorText { try lu.ldlSolve(pivots, b) } == "ldlSolve: \(reason)")
    }
    #expect(
      errorText { try lu.luSolve(Tensor([1, 2, 3]), b) } == "luSolve: pivots are int32 (got int64)")
    #expect(
      errorText { try lu.luSolve(Tensor([1, 2], dtype: .int32), b) }
        == "luSolve: the pivots of these matrices have shape [3]: [3, 3] x [2]")
  }

  @Test func derivatives() throws {
    let x = try Tensor.ones([3, 2], requiresGrad: true) * Tensor([1.0, 2])
    #expect(
      errorText { try x.svd().u.sum().backward() }
        == "svd: the singular vectors beyond the first 2 have no derivative; use fullMatrices: false"
    )
    #expect(
      errorText { try x.qr(.complete).r.sum().backward() }
        == "qr: the complete Q of matrices with more rows than columns has no derivative; use mode"
        + " .reduced")
    let a = Tensor.eye(2, requiresGrad: true)
    #expect(
      errorText { try a.ldlSolve(Tensor([1, 2], dtype: .int32), Tensor.ones([2, 1])) }
        == "ldlSolve has no derivative; use solve")
  }
}
