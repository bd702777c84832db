import CKernels

extension CPUBackend {
  func random(
    _ kind: mk_random_kind, _ out: Buffer, a: Double, b: Double, low: Int, high: Int
  ) throws {
    let dtype = out.dtype.kernel
    let (seed, offset) = Generator.current.take(
      mk_random_counters(kind, dtype, Int64(out.count)))
    try check(
      mk_random(
        kind, dtype, seed, offset, Int64(out.count), a, b, Int64(low), Int64(high), out.data),
      "random", out.dtype)
  }

  func permutation(_ out: Buffer) throws {
    let (seed, offset) = Generator.current.take(UInt64(out.count))
    mk_random_permutation(
      seed, offset, Int64(out.count), out.data.assumingMemoryBound(to: Int64.self))
  }

  func dropout(_ out: Buffer, _ mask: Buffer, _ x: Buffer, p: Double) throws {
    let x = try x.contiguous()
    let (seed, offset) = Generator.current.take(
      mk_random_counters(.bernoulli, x.dtype.kernel, Int64(x.count)))
    try check(
      mk_dropout(
        x.dtype.kernel, seed, offset, p, Int64(x.count), out.data,
        mask.data.assumingMemoryBound(to: Bool.self), x.data),
      "dropout", x.dtype)
  }
}
