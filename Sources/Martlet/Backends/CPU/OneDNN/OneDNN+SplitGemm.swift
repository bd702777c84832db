import CKernels
import COneDNN

extension OneDNN {
  /// `gemm` for products of middling size, in which the threads of one call of oneDNN wait for each
  /// other for longer than they compute: each thread makes a block of rows, or of columns, by a
  /// call of its own.
  static func splitGemm(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, aTransposed: Bool, lda: Int,
    b: UnsafePointer<Float>, bTransposed: Bool, ldb: Int, c: UnsafeMutablePointer<Float>, ldc: Int
  ) throws {
    let threads = Int(mk_thread_count())
    var product = Product(
      splitsRows: Product.longestShare(m, threads) <= Product.longestShare(n, threads), m: m, n: n,
      k: k, a: a, aTransposed: aTransposed, lda: lda, b: b, bTransposed: bTransposed,
      ldb: ldb, c: c, ldc: ldc, failure: nil)
    let blocks = (product.length + Product.block - 1) / Product.block
    withUnsafeMutablePointer(to: &product) { product in
      mk_parallel_for(Int64(blocks), 1, product) { context, begin, end in
        context?.assumingMemoryBound(to: Product.self).pointee.run(Int(begin), Int(end))
      }
    }
    if let failure = product.failure { throw failure }
  }

  /// Whether a product is of the size that gains by splitting.
  static func gainsBySplitting(_ m: Int, _ n: Int, _ k: Int) -> Bool {
    let work = m &* n &* k
    return work >= 1 << 21 && work <= 1 << 26 && max(m, n) >= 2 * Product.block
  }

  /// `gemm` for sums much longer than the result is wide: every thread makes products over pieces
  /// of the sums, and the pieces are added in order. A thread then reads its own rows of `b` alone,
  /// which it has in its cache if it wrote them last, as the update of a layer's weights does.
  ///
  /// The pieces follow from the shape, so that the result does not depend on the number of threads.
  static func depthSplitGemm(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, aTransposed: Bool, lda: Int,
    b: UnsafePointer<Float>, bTransposed: Bool, ldb: Int, c: UnsafeMutablePointer<Float>, ldc: Int
  ) throws {
    let count = (k + depth - 1) / depth
    let partial = try Workspace(bytes: (count - 1) * m * n * MemoryLayout<Float>.stride)
    guard let partials = partial.base?.assumingMemoryBound(to: Float.self) else {
      throw OneDNNError.failed("workspace")
    }
    var pieces = Pieces(
      m: m, n: n, k: k, a: a, aTransposed: aTransposed, lda: lda, b: b, bTransposed: bTransposed,
      ldb: ldb, c: c, ldc: ldc, partials: partials, failure: nil)
    withUnsafeMutablePointer(to: &pieces) { pieces in
      mk_parallel_for(Int64(count), 1, pieces) { context, begin, end in
        context?.assumingMemoryBound(to: Pieces.self).pointee.run(Int(begin), Int(end))
      }
    }
    if let failure = pieces.failure { throw failure }
    for row in 0..<m {
      let sums = c + row * ldc
      for piece in 0..<count - 1 {
        let addends = partials + (piece * m + row) * n
        for i in 0..<n { sums[i] += addends[i] }
      }
    }
  }

  /// Whether a product is such as `depthSplitGemm` is for.
  static func isDeep(_ m: Int, _ n: Int, _ k: Int) -> Bool {
    let work = m &* n &* k
    return work >= 1 << 21 && work <= 1 << 26 && k >= 3 * depth && k >= 8 * max(m, n)
  }

  /// How long the pieces of a sum are.
  private static let depth = 256

  private struct Pieces {
    let m: Int
    let n: Int
    let k: Int
    let a: UnsafePointer<Float>
    let aTransposed: Bool
    let lda: Int
    let b: UnsafePointer<Float>
    let bTransposed: Bool
    let ldb: Int
    let c: UnsafeMutablePointer<Float>
    let ldc: Int
    /// The products of all pieces but the first, one after the other.
    let partials: UnsafeMutablePointer<Float>
    var failure: OneDNNError?

    mutating func run(_ begin: Int, _ end: Int) {
      for piece in begin..<end {
        let first = piece * depth
        do {
          try OneDNN.gemm(
            m: m, n: n, k: min(depth, k - first), a: a + (aTransposed ? first * lda : first),
            aTransposed: aTransposed, lda: lda, b: b + (bTransposed ? first : first * ldb),
            bTransposed: bTransposed, ldb: ldb,
            c: piece == 0 ? c : partials + (piece - 1) * m * n, ldc: piece == 0 ? ldc : n)
        } catch let error as OneDNNError {
          failure = error
        } catch {
          failure = .failed("dnnl_sgemm")
        }
      }
    }
  }

  private struct Product {
    /// A multiple of the widths of oneDNN's register tiles.
    static let block = 16

    let splitsRows: Bool
    let m: Int
    let n: Int
    let k: Int
    let a: UnsafePointer<Float>
    let aTransposed: Bool
    let lda: Int
    let b: UnsafePointer<Float>
    let bTransposed: Bool
    let ldb: Int
    let c: UnsafeMutablePointer<Float>
    let ldc: Int
    /// Any thread's; which of several does not matter.
    var failure: OneDNNError?

    /// The part of a dimension that the busiest thread gets.
    static func longestShare(_ length: Int, _ threads: Int) -> Double {
      let blocks = (length + block - 1) / block
      let most = (blocks + threads - 1) / threads
      return min(1, Double(most * block) / Double(length))
    }

    var length: Int { splitsRows ? m : n }

    mutating func run(_ begin: Int, _ end: Int) {
      let first = begin * Product.block
      let size = min(end * Product.block, length) - first
      do {
        if splitsRows {
          try OneDNN.gemm(
            m: size, n: n, k: k, a: a + (aTransposed ? first : first * lda),
            aTransposed: aTransposed, lda: lda, b: b, bTransposed: bTransposed, ldb: ldb,
            c: c + first * ldc, ldc: ldc)
        } else {
          try OneDNN.gemm(
            m: m, n: size, k: k, a: a, aTransposed: aTransposed, lda: lda,
            b: b + (bTransposed ? first * ldb : first), bTransposed: bTransposed, ldb: ldb,
            c: c + first, ldc: ldc)
        }
      } catch let error as OneDNNError {
        failure = error
      } catch {
        failure = .failed("dnnl_sgemm")
      }
    }
  }
}
