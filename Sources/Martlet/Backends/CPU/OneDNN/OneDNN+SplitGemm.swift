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
