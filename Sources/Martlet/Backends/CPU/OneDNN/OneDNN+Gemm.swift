import COneDNN

extension OneDNN {
  /// `c[m, n] = op(a)[m, k] op(b)[k, n]` (`+ c` if `accumulate`), all row-major with leading
  /// strides in elements; a transposed `a` is stored `[k, m]`, a transposed `b` `[n, k]`. The way
  /// with the least overhead.
  @inline(__always)
  static func gemm(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, aTransposed: Bool = false, lda: Int,
    b: UnsafePointer<Float>, bTransposed: Bool = false, ldb: Int, c: UnsafeMutablePointer<Float>,
    ldc: Int, accumulate: Bool = false
  ) throws {
    // CChar is signed on x86 and unsigned on arm; both letters are ASCII.
    let transposed = CChar(truncatingIfNeeded: UInt8(ascii: "T"))
    let plain = CChar(truncatingIfNeeded: UInt8(ascii: "N"))
    let status = dnnl_sgemm(
      aTransposed ? transposed : plain, bTransposed ? transposed : plain, Int64(m), Int64(n),
      Int64(k), 1, a, Int64(lda), b, Int64(ldb), accumulate ? 1 : 0, c, Int64(ldc))
    if status != dnnl_success { throw OneDNNError(call: "dnnl_sgemm", status: status) }
  }
}
