import CKernels

/// What computes on one kind of device: a few families of kernels over plain buffers. It knows
/// nothing of gradients or modules, and is given shapes and dtypes that fit: the primitives check
/// before they call.
///
/// Results are written into buffers that the caller has made; the first parameters are what is
/// written. Buffers may have any strides unless it says otherwise.
///
/// A backend is a value without state, so that reaching it costs no reference counting.
protocol Backend: Sendable {
  // Elementwise
  func unary(_ op: Unary, _ out: Buffer, _ x: Buffer) throws
  func binary(_ op: Binary, _ out: Buffer, _ x: Buffer, _ y: Buffer) throws
  /// Of a float32 tensor and a number, which is the first operand or the second. `out` lies as x
  /// does, which is dense.
  func binary(_ op: Binary, _ out: Buffer, _ x: Buffer, number: Double, first: Bool) throws
  func ternary(_ op: Ternary, _ out: Buffer, _ x: Buffer, _ y: Buffer, _ z: Buffer) throws
  /// Converts if the dtypes differ. x has out's shape or broadcasts to it.
  func copy(_ out: Buffer, _ x: Buffer) throws
  func fill(_ out: Buffer, _ value: Scalar) throws

  // Along dimensions
  func reduce(_ op: mk_reduce_op, _ out: Buffer, _ x: Buffer, _ dims: DimSet) throws
  func scan(_ op: mk_scan_op, _ out: Buffer, _ indices: Buffer?, _ x: Buffer, _ dim: Int) throws
  func sort(_ values: Buffer?, _ indices: Buffer?, _ x: Buffer, _ dim: Int, descending: Bool) throws
  func topk(
    _ values: Buffer?, _ indices: Buffer?, _ x: Buffer, _ dim: Int, _ k: Int, largest: Bool) throws
  /// Where the element that a rule names stands along a dimension, which has size 1 in `indices`.
  func kth(_ rule: mk_rank_rule, _ indices: Buffer, _ x: Buffer, _ dim: Int, _ k: Int) throws
  /// Where each of x would be inserted into the sorted last dimension of `edges`, which has x's
  /// leading sizes or is a single line.
  func searchSorted(_ out: Buffer, _ x: Buffer, _ edges: Buffer, right: Bool) throws

  // By index
  func gather(_ plan: IndexPlan, _ out: Buffer, _ x: Buffer) throws
  /// Combines `values` into `out`, which is dense and, with `checkFirst`, unchanged if an index is
  /// out of range.
  func scatter(
    _ op: mk_scatter_op, _ plan: IndexPlan, _ out: Buffer, _ values: Buffer, checkFirst: Bool
  ) throws
  /// The flat row-major positions of what is true, int64.
  func nonzero(_ mask: Buffer) throws -> Buffer
  /// The elements where the mask, of the same shape, is true, in row-major order.
  func maskedSelect(_ x: Buffer, _ mask: Buffer) throws -> Buffer
  /// Results of `WeightedGather` and its gradients are row-major.
  func weightedGather(_ positions: Buffer, _ out: Buffer, _ x: Buffer, _ weights: Buffer) throws
  func weightedGatherInput(_ positions: Buffer, _ dx: Buffer, _ dout: Buffer, _ weights: Buffer)
    throws
  func weightedGatherWeight(_ positions: Buffer, _ dweights: Buffer, _ dout: Buffer, _ x: Buffer)
    throws

  // Contractions
  /// `[..., m, k]` by `[..., k, n]`; batch strides may be 0. `out` is row-major.
  func matmul(_ out: Buffer, _ x: Buffer, _ y: Buffer) throws
  /// `x weight^T + bias`.
  func linear(_ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?) throws
  /// The layout in which this backend wants the results of convolutions of `x`.
  func convolutionStrides(_ sizes: Dims, of x: Buffer) throws -> Dims
  func convolution(
    _ window: Window, _ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?) throws
  func convolutionInput(_ window: Window, _ dx: Buffer, _ dy: Buffer, _ weight: Buffer) throws
  func convolutionWeight(_ window: Window, _ dweight: Buffer, _ dy: Buffer, _ x: Buffer) throws

  // Linear algebra; matrices are the last two dimensions, and one thread works on one matrix
  /// Takes matrices apart. `out` has the factors of one matrix together, as the kind says; `pivots`
  /// and `info`, which has LAPACK's word on each matrix, are row-major and int32.
  func factor(
    _ kind: mk_factorization, _ out: Buffer, _ pivots: Buffer?, _ info: Buffer, _ x: Buffer) throws
  /// `a^-1 b`; batch sizes agree, and batch strides may be 0. `out` is row-major, but with `.ldl`
  /// columns follow each other. Each matrix' pivots are adjacent.
  func solve(_ equation: Equation, _ out: Buffer, _ a: Buffer, _ pivots: Buffer?, _ b: Buffer)
    throws
  /// The order of rows, int64, after the exchanges that LU's pivots name; both row-major.
  func pivotOrder(_ order: Buffer, _ pivots: Buffer) throws

  // Pooling
  /// `indices` is row-major.
  func maxPool(_ window: PoolWindow, _ out: Buffer, _ indices: Buffer?, _ x: Buffer) throws
  func maxPoolBackward(_ window: PoolWindow, _ dx: Buffer, _ dy: Buffer, _ indices: Buffer) throws
  func averagePool(
    _ window: PoolWindow, _ out: Buffer, _ x: Buffer, countPadding: Bool, divisor: Int?) throws
  func averagePoolBackward(
    _ window: PoolWindow, _ dx: Buffer, _ dy: Buffer, countPadding: Bool, divisor: Int?) throws
  /// The dimension `dim` of x multiplied by a sparse matrix; `out` is row-major.
  func resample(_ matrix: SparseRows, _ out: Buffer, _ x: Buffer, _ dim: Int) throws

  // Normalisation; results are row-major unless x's layout allows otherwise
  func softmax(_ out: Buffer, _ x: Buffer, _ dim: Int, log: Bool) throws
  func softmaxBackward(_ dx: Buffer, _ dy: Buffer, _ y: Buffer, _ dim: Int, log: Bool) throws
  func crossEntropy(
    _ losses: Buffer, _ normalizer: Buffer, _ logits: Buffer, _ labels: Buffer, _ ignored: Int)
    throws
  func crossEntropyBackward(
    _ dlogits: Buffer, _ dlosses: Buffer, _ logits: Buffer, _ labels: Buffer, _ ignored: Int,
    _ normalizer: Buffer) throws
  /// Weight and bias are a row, or one for each of equal parts of the rows, and so are their
  /// gradients.
  func layerNorm(
    _ out: Buffer, _ mean: Buffer?, _ rstd: Buffer, _ x: Buffer, _ weight: Buffer?,
    _ bias: Buffer?, eps: Double) throws
  func layerNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ weight: Buffer?, _ mean: Buffer?, _ rstd: Buffer) throws
  /// q, k, v and the mask may have any strides. `out` is row-major; the normalizer is written.
  func attention(
    _ attention: FusedAttention, _ out: Buffer, _ q: Buffer, _ k: Buffer, _ v: Buffer) throws
  func attentionBackward(
    _ attention: FusedAttention, _ dq: Buffer?, _ dk: Buffer?, _ dv: Buffer?, _ dout: Buffer,
    _ q: Buffer, _ k: Buffer, _ v: Buffer, _ out: Buffer) throws
  /// All steps of a direction of a recurrent layer. `out` is flat: the states of all rows, then
  /// with cells the last ones. What the recurrence keeps is written.
  func recurrence(_ recurrence: Recurrence, _ out: Buffer, _ x: Buffer) throws
  /// Everything in the gradients is written; `dout` is flat and contiguous.
  func recurrenceBackward(
    _ recurrence: Recurrence, _ gradients: RecurrenceGradients, _ dout: Buffer, _ out: Buffer)
    throws
  /// The statistics are written.
  func groupNorm(
    _ norm: GroupNormalize, _ out: Buffer, _ x: Buffer, _ weight: Buffer?, _ bias: Buffer?) throws
  func groupNormBackward(
    _ norm: GroupNormalize, _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer,
    _ x: Buffer, _ weight: Buffer?) throws
  func batchStatistics(_ mean: Buffer, _ variance: Buffer, _ x: Buffer) throws
  func batchNorm(
    _ out: Buffer, _ x: Buffer, _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, _ bias: Buffer?)
    throws
  func batchNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, training: Bool) throws

  // Random numbers, from the generator in force
  func random(
    _ kind: mk_random_kind, _ out: Buffer, a: Double, b: Double, low: Int, high: Int) throws
  func permutation(_ out: Buffer) throws
  func dropout(_ out: Buffer, _ mask: Buffer, _ x: Buffer, p: Double) throws

  /// Steps of optimizers; memory is contiguous, of one dtype a step, and written in place.
  func takeSteps(_ steps: [mk_step]) throws
}
