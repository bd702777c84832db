import CKernels

extension CPUBackend {
  func matmul(_ out: Buffer, _ x: Buffer, _ y: Buffer) throws {
    let rank = x.rank
    let m = x.sizes[rank - 2]
    let k = x.sizes[rank - 1]
    let n = y.sizes[rank - 1]
    let usesOneDNN = x.dtype == .float32 && out.count > 0 && k > 0
    if rank == 2 && usesOneDNN, let a = MatrixLayout(x), let b = MatrixLayout(y) {
      return try translate("matmul") {
        try OneDNN.Product(
          m: m, n: n, k: k, a: x.floats, aTransposed: a.transposed, lda: a.leading, b: y.floats,
          bTransposed: b.transposed, ldb: b.leading, c: out.mutableFloats, ldc: out.strides[0]
        ).run()
      }
    }
    let x = usesOneDNN ? try withUnitStride(x) : x
    // oneDNN repeats at most one of the two along a dimension of the batch.
    let repeatsBoth = (0..<rank - 2).contains {
      out.sizes[$0] > 1 && x.strides[$0] == 0 && y.strides[$0] == 0
    }
    let y = usesOneDNN ? try repeatsBoth ? y.contiguous() : withUnitStride(y) : y
    let batch = MatmulBatch(out, x, y)
    var shape = MatmulShape(m: m, n: n, k: k)
    shape.aRow = x.strides[rank - 2]
    shape.aColumn = x.strides[rank - 1]
    shape.bRow = y.strides[rank - 2]
    shape.bColumn = y.strides[rank - 1]
    shape.cRow = out.strides[rank - 2]
    let forward =
      shape.aRow >= 0 && shape.aColumn >= 0 && shape.bRow >= 0 && shape.bColumn >= 0
      && batch.goesForward
    try batch.forEach(inner: usesOneDNN && forward ? 3 : 1) { sizes, strides, offsets in
      shape.batch = sizes
      shape.cBatch = strides.0
      shape.aBatch = strides.1
      shape.bBatch = strides.2
      if usesOneDNN && forward {
        return try translate("matmul") {
          try OneDNN.matmul(
            shape, a: x.floats + offsets.1, b: y.floats + offsets.2,
            c: out.mutableFloats + offsets.0)
        }
      }
      var plain = mk_gemm_shape(shape)
      let item = out.dtype.itemSize
      try check(
        mk_gemm(
          out.dtype.kernel, &plain, false, out.data + offsets.0 * item, x.data + offsets.1 * item,
          y.data + offsets.2 * item),
        "matmul", out.dtype)
    }
  }

  /// x, or a row-major copy of it if its matrices are such as oneDNN does not read: without
  /// adjacent elements in either dimension, or with rows that overlap.
  private func withUnitStride(_ x: Buffer) throws -> Buffer {
    MatrixLayout(x) == nil ? try x.contiguous() : x
  }

  func linear(_ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?) throws {
    let isFloat = x.dtype == .float32
    let x = isFloat ? try withUnitStride(x) : x
    let weight = isFloat ? try withUnitStride(weight) : weight
    var shape = MatmulShape(m: x.sizes[0], n: weight.sizes[0], k: x.sizes[1])
    shape.aRow = x.strides[0]
    shape.aColumn = x.strides[1]
    shape.bRow = weight.strides[1]
    shape.bColumn = weight.strides[0]
    if let bias, isFloat, out.count > 0, shape.k > 0, shape.aRow >= 0, shape.aColumn >= 0,
      shape.bRow >= 0, shape.bColumn >= 0
    {
      let bias = try bias.contiguous()
      return try translate("linear") {
        if let packed = try PackedWeight.of(weight, shape) {
          try OneDNN.matmul(
            shape, a: x.floats, packed: packed.floats, bias: bias.floats, c: out.mutableFloats)
        } else {
          try OneDNN.matmul(
            shape, a: x.floats, b: weight.floats, bias: bias.floats, c: out.mutableFloats)
        }
      }
    }
    var sizes = weight.sizes
    var strides = weight.strides
    sizes.swapAt(0, 1)
    strides.swapAt(0, 1)
    try matmul(out, x, Buffer(viewing: weight, sizes, strides: strides, offset: 0))
    if let bias { try binary(.add, out, out, bias) }
  }

  /// Runs a call of oneDNN, and turns its error into ours.
  @inline(__always)
  func translate(_ operation: @autoclosure () -> String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as OneDNNError {
      throw TensorError.device(operation: operation(), reason: "oneDNN: \(error)")
    }
  }
}

extension Buffer {
  var floats: UnsafePointer<Float> { UnsafePointer(data.assumingMemoryBound(to: Float.self)) }
  var mutableFloats: UnsafeMutablePointer<Float> { data.assumingMemoryBound(to: Float.self) }
}

/// How a matrix, in the last two dimensions, lies in memory, if one of them is adjacent.
private struct MatrixLayout {
  let transposed: Bool
  let leading: Int

  @inline(__always)
  init?(_ x: Buffer) {
    let rows = x.sizes[x.rank - 2]
    let columns = x.sizes[x.rank - 1]
    let row = x.strides[x.rank - 2]
    let column = x.strides[x.rank - 1]
    if (column == 1 || columns == 1) && (row >= columns || rows == 1) {
      transposed = false
      leading = rows == 1 ? columns : row
    } else if (row == 1 || rows == 1) && (column >= rows || columns == 1) {
      transposed = true
      leading = columns == 1 ? rows : column
    } else {
      return nil
    }
  }
}

extension mk_gemm_shape {
  fileprivate init(_ shape: MatmulShape) {
    self.init(
      batch: Int64(shape.batch.z), m: Int64(shape.m), n: Int64(shape.n), k: Int64(shape.k),
      a_batch: Int64(shape.aBatch.z), a_row: Int64(shape.aRow), a_column: Int64(shape.aColumn),
      b_batch: Int64(shape.bBatch.z), b_row: Int64(shape.bRow), b_column: Int64(shape.bColumn),
      c_batch: Int64(shape.cBatch.z), c_row: Int64(shape.cRow))
  }
}

/// The batch dimensions of a matrix product, merged where the strides of all three operands allow
/// it.
private struct MatmulBatch {
  private var sizes: [Int] = []
  private var strides: [(Int, Int, Int)] = []

  init(_ out: Buffer, _ x: Buffer, _ y: Buffer) {
    for i in 0..<max(out.rank - 2, 0) where out.sizes[i] != 1 {
      let step = (out.strides[i], x.strides[i], y.strides[i])
      if let last = strides.last, last.0 == step.0 * out.sizes[i],
        last.1 == step.1 * out.sizes[i], last.2 == step.2 * out.sizes[i]
      {
        sizes[sizes.count - 1] *= out.sizes[i]
        strides[strides.count - 1] = step
      } else {
        sizes.append(out.sizes[i])
        strides.append(step)
      }
    }
  }

  var goesForward: Bool { strides.allSatisfy { $0.0 >= 0 && $0.1 >= 0 && $0.2 >= 0 } }

  /// Calls `body` with the last `inner` dimensions, for each position in the ones before.
  func forEach(
    inner: Int,
    _ body: (SIMD3<Int>, (SIMD3<Int>, SIMD3<Int>, SIMD3<Int>), (Int, Int, Int)) throws -> Void
  ) rethrows {
    let split = max(0, sizes.count - inner)
    var size = SIMD3<Int>(repeating: 1)
    var step = (SIMD3<Int>.zero, SIMD3<Int>.zero, SIMD3<Int>.zero)
    for i in split..<sizes.count {
      let lane = 3 - sizes.count + i
      size[lane] = sizes[i]
      step.0[lane] = strides[i].0
      step.1[lane] = strides[i].1
      step.2[lane] = strides[i].2
    }
    for position in 0..<sizes[..<split].reduce(1, *) {
      var offsets = (0, 0, 0)
      var rest = position
      for i in (0..<split).reversed() {
        let index = rest % sizes[i]
        rest /= sizes[i]
        offsets.0 += index * strides[i].0
        offsets.1 += index * strides[i].1
        offsets.2 += index * strides[i].2
      }
      try body(size, step, offsets)
    }
  }
}
