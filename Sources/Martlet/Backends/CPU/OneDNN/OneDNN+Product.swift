import CKernels
import COneDNN

extension OneDNN {
  /// `c[m, n] = op(a)[m, k] op(b)[k, n]`, the operands as `gemm` takes them.
  struct Product {
    var m: Int
    var n: Int
    var k: Int
    var a: UnsafePointer<Float>
    var aTransposed: Bool
    var lda: Int
    var b: UnsafePointer<Float>
    var bTransposed: Bool
    var ldb: Int
    var c: UnsafeMutablePointer<Float>
    var ldc: Int

    /// Computes it in the way that suits its shape.
    @inline(__always)
    func run() throws {
      if isDeep { return try runInPieces() }
      if gainsByClaims { return try runInClaims() }
      if m >= RowBlocks.fewestRows, let rows = RowBlocks(shape, bias: false) {
        return try rows.run(a: a, b: b, bias: nil, c: c)
      }
      if gainsByBlocks, mk_thread_count() > 1 { return try runInBlocks() }
      try runWhole()
    }

    private var shape: MatmulShape {
      var shape = MatmulShape(m: m, n: n, k: k)
      shape.aRow = aTransposed ? 1 : lda
      shape.aColumn = aTransposed ? lda : 1
      shape.bRow = bTransposed ? 1 : ldb
      shape.bColumn = bTransposed ? ldb : 1
      shape.cRow = ldc
      return shape
    }

    @inline(__always)
    private func runWhole(accumulate: Bool = false) throws {
      try OneDNN.gemm(
        m: m, n: n, k: k, a: a, aTransposed: aTransposed, lda: lda, b: b, bTransposed: bTransposed,
        ldb: ldb, c: c, ldc: ldc, accumulate: accumulate)
    }
  }
}

// MARK: Blocks of the result

extension OneDNN.Product {
  /// A multiple of the widths of oneDNN's register tiles.
  private static let block = 16

  /// Whether it is of the middling size at which the threads of one call of oneDNN wait for each
  /// other for longer than they compute.
  private var gainsByBlocks: Bool {
    let work = m &* n &* k
    return work >= 1 << 21 && work <= 1 << 26 && max(m, n) >= 2 * Self.block
  }

  /// Each thread makes a block of rows, or of columns, by calls of its own.
  private func runInBlocks() throws {
    let threads = Int(mk_thread_count())
    let splitsRows = Self.longestShare(m, threads) <= Self.longestShare(n, threads)
    try Threads.forEachPart(of: blocks(Self.block, rows: splitsRows)) {
      try part($0, of: Self.block, rows: splitsRows).runWhole()
    }
  }

  /// The part of a dimension that the busiest thread gets.
  private static func longestShare(_ length: Int, _ threads: Int) -> Double {
    let blocks = (length + block - 1) / block
    let most = (blocks + threads - 1) / threads
    return min(1, Double(most * block) / Double(length))
  }

  /// How many blocks of `size` rows, or columns, the result has.
  private func blocks(_ size: Int, rows: Bool) -> Int { ((rows ? m : n) + size - 1) / size }

  /// The product of some of these blocks.
  private func part(_ blocks: Range<Int>, of size: Int, rows: Bool) -> Self {
    let first = blocks.lowerBound * size
    var part = self
    if rows {
      part.m = min(blocks.count * size, m - first)
      part.a += aTransposed ? first : first * lda
      part.c += first * ldc
    } else {
      part.n = min(blocks.count * size, n - first)
      part.b += bTransposed ? first * ldb : first
      part.c += first
    }
    return part
  }
}

// MARK: Gradients of weights

extension OneDNN.Product {
  private static let step = 512
  /// Rows or columns that a thread takes at least.
  private static let claim = 128

  /// Whether it is a gradient of a weight over many rows. oneDNN would read both operands across a
  /// long way of memory, which for rows a power of two apart is always the same part of the cache,
  /// and give each thread half of the result, however long that takes it.
  private var gainsByClaims: Bool {
    aTransposed && !bTransposed && k >= 2 * Self.step && min(m, n) >= Self.claim
      && m &* n &* k > 1 << 26
  }

  private func runInClaims() throws {
    let splitsRows = m >= n
    try Threads.forEachClaim(of: blocks(Self.claim, rows: splitsRows)) {
      let part = part($0, of: Self.claim, rows: splitsRows)
      for first in stride(from: 0, to: k, by: Self.step) {
        try part.terms(first, Self.step).runWhole(accumulate: first > 0)
      }
    }
  }
}

// MARK: Pieces of the sums

extension OneDNN.Product {
  /// How long the pieces of a sum are. They follow from the shape alone, so that the result does
  /// not depend on the number of threads.
  private static let piece = 256

  /// Whether its sums are much longer than the result is wide.
  @inline(__always)
  private var isDeep: Bool {
    let work = m &* n &* k
    return work >= 1 << 21 && work <= 1 << 26 && k >= 3 * Self.piece && k >= 8 * max(m, n)
  }

  /// Each thread multiplies pieces of the sums, which are then added in order. It reads its own
  /// rows of `b` alone, which it has in its cache if it wrote them last, as the update of a layer's
  /// weights does.
  private func runInPieces() throws {
    let count = (k + Self.piece - 1) / Self.piece
    let workspace = try Workspace(bytes: (count - 1) * m * n * MemoryLayout<Float>.stride)
    guard let partial = workspace.base?.assumingMemoryBound(to: Float.self) else {
      throw OneDNNError.failed("workspace")
    }
    try Threads.forEachPart(of: count) { pieces in
      for piece in pieces {
        var part = terms(piece * Self.piece, Self.piece)
        if piece > 0 {
          part.c = partial + (piece - 1) * m * n
          part.ldc = n
        }
        try part.runWhole()
      }
    }
    for row in 0..<m {
      let sums = c + row * ldc
      for piece in 0..<count - 1 {
        let addends = partial + (piece * m + row) * n
        for i in 0..<n { sums[i] += addends[i] }
      }
    }
  }

  /// The piece of every sum that starts at a place.
  private func terms(_ first: Int, _ count: Int) -> Self {
    var part = self
    part.k = min(count, k - first)
    part.a += aTransposed ? first * lda : first
    part.b += bTransposed ? first : first * ldb
    return part
  }
}
