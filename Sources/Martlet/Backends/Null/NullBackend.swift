import CKernels

/// Computes nothing: primitives infer shapes and dtypes as ever, and elements do not exist. Counts
/// the work that contractions would be, and lets a recorder write down elementwise operations.
struct NullBackend: Backend {
  /// How many products with a sum the calling thread has asked for.
  static var multiplyAdds: Int { Int(mk_multiply_adds()) }

  /// - Parameters:
  ///   - out: What is computed.
  ///   - terms: How many products are summed for each element.
  private func count(_ out: Buffer, _ terms: Int) {
    mk_set_multiply_adds(mk_multiply_adds() &+ Int64(out.count &* terms))
  }

  func unary(_ op: Unary, _ out: Buffer, _ x: Buffer) {
    ProgramRecorder.current?.add(.unary, op.rawValue, x.dtype, out, x)
  }
  func binary(_ op: Binary, _ out: Buffer, _ x: Buffer, _ y: Buffer) {
    ProgramRecorder.current?.add(.binary, op.rawValue, x.dtype, out, x, y)
  }
  func binary(_ op: Binary, _ out: Buffer, _ x: Buffer, number: Double, first: Bool) throws {
    try ProgramRecorder.current?.add(op, out, x, number: number, first: first)
  }
  func ternary(_ op: Ternary, _ out: Buffer, _ x: Buffer, _ y: Buffer, _ z: Buffer) {
    ProgramRecorder.current?.add(.ternary, op.rawValue, y.dtype, out, x, y, z)
  }
  func copy(_ out: Buffer, _ x: Buffer) { ProgramRecorder.current?.copy(out, x) }
  func fill(_ out: Buffer, _ value: Scalar) throws {
    try ProgramRecorder.current?.fill(out, value)
  }
  func reduce(_ op: mk_reduce_op, _ out: Buffer, _ x: Buffer, _ dims: DimSet) {}
  func scan(_ op: mk_scan_op, _ out: Buffer, _ indices: Buffer?, _ x: Buffer, _ dim: Int) {}
  func sort(_ values: Buffer?, _ indices: Buffer?, _ x: Buffer, _ dim: Int, descending: Bool) {}
  func topk(_ values: Buffer?, _ indices: Buffer?, _ x: Buffer, _ dim: Int, _ k: Int, largest: Bool)
  {}
  func kth(_ rule: mk_rank_rule, _ indices: Buffer, _ x: Buffer, _ dim: Int, _ k: Int) {}
  func searchSorted(_ out: Buffer, _ x: Buffer, _ edges: Buffer, right: Bool) {}
  func gather(_ plan: IndexPlan, _ out: Buffer, _ x: Buffer) {}
  func scatter(
    _ op: mk_scatter_op, _ plan: IndexPlan, _ out: Buffer, _ values: Buffer, checkFirst: Bool
  ) {}
  func nonzero(_ mask: Buffer) throws -> Buffer {
    throw TensorError.device(
      operation: "nonzero",
      reason: "the size of its result depends on elements, which the null device has none of")
  }
  func maskedSelect(_ x: Buffer, _ mask: Buffer) throws -> Buffer {
    throw TensorError.device(
      operation: "maskedSelect",
      reason: "the size of its result depends on elements, which the null device has none of")
  }
  func matmul(_ out: Buffer, _ x: Buffer, _ y: Buffer) { count(out, x.sizes[x.rank - 1]) }
  func linear(_ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?) {
    count(out, weight.sizes[weight.rank - 1])
  }
  func convolutionStrides(_ sizes: Dims, of x: Buffer) -> Dims { sizes.rowMajorStrides }
  func convolution(_ window: Window, _ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?)
  {
    count(out, kernel(weight))
  }
  func convolutionInput(_ window: Window, _ dx: Buffer, _ dy: Buffer, _ weight: Buffer) {
    count(dy, kernel(weight))
  }
  func convolutionWeight(_ window: Window, _ dweight: Buffer, _ dy: Buffer, _ x: Buffer) {
    count(dy, kernel(dweight))
  }
  /// The size of one kernel, over its channels.
  private func kernel(_ weight: Buffer) -> Int {
    (1..<weight.rank).reduce(1) { $0 &* weight.sizes[$1] }
  }
  func factor(
    _ kind: mk_factorization, _ out: Buffer, _ pivots: Buffer?, _ info: Buffer, _ x: Buffer
  ) {}
  func solve(_ equation: Equation, _ out: Buffer, _ a: Buffer, _ pivots: Buffer?, _ b: Buffer) {}
  func pivotOrder(_ order: Buffer, _ pivots: Buffer) {}
  func maxPool(_ window: PoolWindow, _ out: Buffer, _ indices: Buffer?, _ x: Buffer) {}
  func maxPoolBackward(_ window: PoolWindow, _ dx: Buffer, _ dy: Buffer, _ indices: Buffer) {}
  func averagePool(
    _ window: PoolWindow, _ out: Buffer, _ x: Buffer, countPadding: Bool, divisor: Int?
  ) {}
  func averagePoolBackward(
    _ window: PoolWindow, _ dx: Buffer, _ dy: Buffer, countPadding: Bool, divisor: Int?
  ) {}
  func weightedGather(_ positions: Buffer, _ out: Buffer, _ x: Buffer, _ weights: Buffer) {}
  func weightedGatherInput(
    _ positions: Buffer, _ dx: Buffer, _ dout: Buffer, _ weights: Buffer
  ) {}
  func weightedGatherWeight(
    _ positions: Buffer, _ dweights: Buffer, _ dout: Buffer, _ x: Buffer
  ) {}
  func resample(_ matrix: SparseRows, _ out: Buffer, _ x: Buffer, _ dim: Int) {}
  func attention(
    _ attention: FusedAttention, _ out: Buffer, _ q: Buffer, _ k: Buffer, _ v: Buffer
  ) {
    let keys = k.sizes[2]
    count(q, keys)
    count(out, keys)
  }
  func attentionBackward(
    _ attention: FusedAttention, _ dq: Buffer?, _ dk: Buffer?, _ dv: Buffer?, _ dout: Buffer,
    _ q: Buffer, _ k: Buffer, _ v: Buffer, _ out: Buffer
  ) {}
  func recurrence(_ recurrence: Recurrence, _ out: Buffer, _ x: Buffer) {}
  func recurrenceBackward(
    _ recurrence: Recurrence, _ gradients: RecurrenceGradients, _ dout: Buffer, _ out: Buffer
  ) {}
  func groupNorm(
    _ norm: GroupNormalize, _ out: Buffer, _ x: Buffer, _ weight: Buffer?, _ bias: Buffer?
  ) {}
  func groupNormBackward(
    _ norm: GroupNormalize, _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer,
    _ x: Buffer, _ weight: Buffer?
  ) {}
  func softmax(_ out: Buffer, _ x: Buffer, _ dim: Int, log: Bool) {}
  func softmaxBackward(_ dx: Buffer, _ dy: Buffer, _ y: Buffer, _ dim: Int, log: Bool) {}
  func crossEntropy(
    _ losses: Buffer, _ normalizer: Buffer, _ logits: Buffer, _ labels: Buffer, _ ignored: Int
  ) {}
  func crossEntropyBackward(
    _ dlogits: Buffer, _ dlosses: Buffer, _ logits: Buffer, _ labels: Buffer, _ ignored: Int,
    _ normalizer: Buffer
  ) {}
  func layerNorm(
    _ out: Buffer, _ mean: Buffer?, _ rstd: Buffer, _ x: Buffer, _ weight: Buffer?, _ bias: Buffer?,
    eps: Double
  ) {}
  func layerNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ weight: Buffer?, _ mean: Buffer?, _ rstd: Buffer
  ) {}
  func batchStatistics(_ mean: Buffer, _ variance: Buffer, _ x: Buffer) {}
  func batchNorm(
    _ out: Buffer, _ x: Buffer, _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, _ bias: Buffer?
  ) {}
  func batchNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer, _ mean: Buffer,
    _ rstd: Buffer, _ weight: Buffer?, training: Bool
  ) {}
  func random(_ kind: mk_random_kind, _ out: Buffer, a: Double, b: Double, low: Int, high: Int) {}
  func permutation(_ out: Buffer) {}
  func dropout(_ out: Buffer, _ mask: Buffer, _ x: Buffer, p: Double) {}
  func takeSteps(_ steps: [mk_step]) {}
}
