import CKernels

/// What the backend made of a batch of matrices.
struct Factors {
  let out: Buffer
  /// What LAPACK says of each matrix, int32; 0 is success.
  let info: Buffer

  /// - Parameter out: Where the factors go, as the kind lays them out; has `x`'s batch sizes.
  init(_ kind: mk_factorization, _ x: Buffer, out: Buffer, pivots: Buffer? = nil) throws {
    info = try Buffer(x.batchSizes, .int32, x.target)
    self.out = out
    try out.backend.factor(kind, out, pivots, info, x)
  }

  /// Factors that are packed as `parts` says: `[..., length]`.
  init(_ kind: mk_factorization, _ x: Buffer, _ parts: PackedMatrices) throws {
    var sizes = x.batchSizes
    sizes.append(parts.length)
    try self.init(kind, x, out: Buffer(sizes, x.dtype, x.target))
  }

  /// Throws unless all matrices were taken apart.
  ///
  /// - Parameter meaning: What is wrong with a matrix of which LAPACK says this number.
  func require(
    _ operation: String, _ meaning: (Int) -> String = { _ in "gave no result that converges" }
  ) throws {
    guard let (place, code) = firstFailure else { return }
    let reason =
      switch code {
      case MK_INFO_NOT_FINITE: "has elements that are not finite"
      case MK_INFO_COMPLEX:
        "has complex eigenvalues, and there are no complex tensors"
      default: meaning(code)
      }
    let matrix = place.isEmpty ? "the matrix" : "matrix \(place) of the batch"
    throw TensorError.argument(operation: operation, reason: "\(matrix) \(reason)")
  }

  /// Throws if a matrix has elements that are not finite.
  func requireFinite(_ operation: String) throws {
    if let failure = firstFailure, failure.code == MK_INFO_NOT_FINITE {
      try require(operation)
    }
  }

  /// The batch position of the first matrix that was not taken apart, and what LAPACK says of it.
  /// One that is not finite goes before.
  var firstFailure: (place: [Int], code: Int)? {
    guard let info = try? info.ofAllExamples(), info.device.hasElements else { return nil }
    let codes = UnsafeBufferPointer(
      start: info.data.assumingMemoryBound(to: Int32.self), count: info.count)
    guard
      var index = codes.firstIndex(of: Int32(MK_INFO_NOT_FINITE))
        ?? codes.firstIndex(where: { $0 != 0 })
    else { return nil }
    let code = Int(codes[index])
    var place: [Int] = []
    for size in info.sizes.array.reversed() {
      place.insert(index % size, at: 0)
      index /= size
    }
    return (place, code)
  }
}

/// Matrices of several shapes, one after the other in the last dimension of one tensor: how a
/// primitive, which has one result, gives several factors. They are views of it.
struct PackedMatrices {
  enum Part {
    case list(Int)
    case rows(Int, Int)
    /// Its columns follow each other.
    case columns(Int, Int)

    var length: Int {
      switch self {
      case .list(let n): n
      case .rows(let m, let n), .columns(let m, let n): m * n
      }
    }
  }

  let parts: [Part]

  init(_ parts: Part...) { self.parts = parts }

  var length: Int { parts.reduce(0) { $0 + $1.length } }

  func split(_ packed: Tensor) throws -> [Tensor] {
    let batch = Array(packed.shape.dropLast())
    var start = 0
    return try parts.map { part in
      defer { start += part.length }
      let elements = try packed.narrow(-1, start: start, length: part.length)
      switch part {
      case .list: return elements
      case .rows(let m, let n): return try elements.reshape(batch + [m, n])
      case .columns(let m, let n): return try elements.reshape(batch + [n, m]).transposedMatrix()
      }
    }
  }
}

extension Buffer {
  /// The sizes before those of the matrices in the last two dimensions.
  var batchSizes: Dims {
    var sizes = sizes
    sizes.remove(at: sizes.rank - 1)
    sizes.remove(at: sizes.rank - 1)
    return sizes
  }

  /// A new buffer of matrices whose columns follow each other.
  convenience init(columns sizes: Dims, _ dtype: DType, _ device: Device) throws {
    var strides = sizes.rowMajorStrides
    strides[sizes.rank - 1] = Swift.max(sizes[sizes.rank - 2], 1)
    strides[sizes.rank - 2] = 1
    try self.init(sizes, denseStrides: strides, dtype, device)
  }

  /// A view that repeats dimensions of size 1, and new ones in front. Sizes must broadcast.
  func expanded(to target: Dims) -> Buffer {
    if sizes == target { return self }
    return Buffer(
      viewing: self, target, strides: strides.broadcast(from: sizes, to: target), offset: 0)
  }
}

extension Tensor {
  /// The diagonal of each matrix.
  func matrixDiagonal() throws -> Tensor {
    try View.diagonal(self, offset: 0, rank - 2, rank - 1)
  }

  /// Products of the matrices; batch sizes agree.
  func times(_ other: Tensor) throws -> Tensor { try Matmul()(self, other) }

  /// Quotients in which 0 / 0 is 0: what has no share in a result does not disturb it.
  func dividedUnlessZero(by divisor: Tensor) throws -> Tensor {
    let none = try (self .== 0).logicalAnd(divisor .== 0)
    return try self / divisor.filled(1, where: none)
  }

  /// For numbers `l` in the last dimension `l_j - l_i`, or `l_j^2 - l_i^2`, and infinity for i = j:
  /// what derivatives of eigenvectors and singular vectors are divided by.
  func gaps(ofSquares: Bool = false) throws -> Tensor {
    let (row, column) = (try unsqueezed(-2), try unsqueezed(-1))
    let gaps = try ofSquares ? (row - column) * (row + column) : row - column
    let places = Tensor.arange(sizes[rank - 1], device: device)
    return try gaps.filled(Double.infinity, where: places .== places.unsqueezed(-1))
  }
}
