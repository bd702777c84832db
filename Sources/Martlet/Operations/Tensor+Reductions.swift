import CKernels

// Dimensions count from the end if negative. None at all means all of them; with `keepDim` those
// that are reduced stay, with size 1.
extension Tensor {
  private func reduced(_ op: mk_reduce_op, _ dims: [Int], _ keepDim: Bool, _ name: String) throws
    -> Tensor
  {
    try validate()
    return try Reduce(op, self, normalize(dims, rank, name), keepDim: keepDim)(self)
  }

  /// The sum over some dimensions; of integers and bools in int64.
  public func sum(_ dims: Int..., keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    try sum(dims, keepDim: keepDim, dtype: dtype)
  }
  public func sum(_ dims: [Int], keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    let x = try dtype.map { try to($0) } ?? self
    let sum = try x.reduced(.sum, dims, keepDim, "sum")
    return try dtype.map { try sum.to($0) } ?? sum
  }

  /// The product of all elements, or over one dimension; of integers and bools in int64.
  public func prod(_ dim: Int? = nil, keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    let x = try dtype.map { try to($0) } ?? self
    let product = try x.reduced(.prod, dim.map { [$0] } ?? [], keepDim, "prod")
    return try dtype.map { try product.to($0) } ?? product
  }

  /// The mean over some dimensions; NaN over none.
  ///
  /// - Throws: `TensorError.dtype` for integers and bools, whose mean has no dtype of theirs.
  public func mean(_ dims: Int..., keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    try mean(dims, keepDim: keepDim, dtype: dtype)
  }
  public func mean(_ dims: [Int], keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    let x = try dtype.map { try to($0) } ?? self
    try x.requireFloatingPoint("mean")
    if x.isHalfPrecision { return try x.widened { try $0.mean(dims, keepDim: keepDim) } }
    let reduce = try Reduce(.sum, x, normalize(dims, rank, "mean"), keepDim: keepDim)
    return try reduce(x) / reduce.width
  }

  func requireFloatingPoint(_ operation: String) throws {
    try validate()
    guard dtype.isFloatingPoint else {
      throw TensorError.dtype(
        operation: operation, dtypes: [dtype], reason: "takes floating point")
    }
  }

  /// The variance over some dimensions: the sum of squared distances from the mean, divided by
  /// `count - correction`.
  public func `var`(_ dims: Int..., correction: Double = 1, keepDim: Bool = false) throws -> Tensor
  {
    try `var`(dims, correction: correction, keepDim: keepDim)
  }
  public func `var`(_ dims: [Int], correction: Double = 1, keepDim: Bool = false) throws -> Tensor {
    try requireFloatingPoint("var")
    if isHalfPrecision {
      return try widened { try $0.var(dims, correction: correction, keepDim: keepDim) }
    }
    let set = try normalize(dims, rank, "var")
    let reduce = Reduce(.sumSquares, self, set, keepDim: keepDim)
    let centered = try self - Reduce(.sum, self, set, keepDim: true)(self) / reduce.width
    return try reduce(centered) / Swift.max(0, Double(reduce.width) - correction)
  }

  /// The standard deviation: the root of `var`.
  public func std(_ dims: Int..., correction: Double = 1, keepDim: Bool = false) throws -> Tensor {
    try `var`(dims, correction: correction, keepDim: keepDim).sqrt()
  }
  public func std(_ dims: [Int], correction: Double = 1, keepDim: Bool = false) throws -> Tensor {
    try `var`(dims, correction: correction, keepDim: keepDim).sqrt()
  }

  /// The greatest element over some dimensions; NaN wins. Equal ones share the gradient.
  public func amax(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try reduced(.max, dims, keepDim, "amax")
  }
  public func amax(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    try reduced(.max, dims, keepDim, "amax")
  }
  /// The least element over some dimensions; NaN wins. Equal ones share the gradient.
  public func amin(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try reduced(.min, dims, keepDim, "amin")
  }
  public func amin(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    try reduced(.min, dims, keepDim, "amin")
  }

  /// The greatest of all elements.
  public func max() throws -> Tensor { try amax() }
  /// The least of all elements.
  public func min() throws -> Tensor { try amin() }

  /// The greatest element along a dimension and where it first stands. The gradient goes there.
  public func max(dim: Int, keepDim: Bool = false) throws -> (values: Tensor, indices: Tensor) {
    try extreme(.argmax, dim, keepDim, "max")
  }
  /// The least element along a dimension and where it first stands. The gradient goes there.
  public func min(dim: Int, keepDim: Bool = false) throws -> (values: Tensor, indices: Tensor) {
    try extreme(.argmin, dim, keepDim, "min")
  }

  private func extreme(_ op: mk_reduce_op, _ dim: Int, _ keepDim: Bool, _ name: String) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let dim = try normalize(dim, rank, name)
    if rank == 0 { return (self, try zerosLike(dtype: .int64)) }
    let indices = try Reduce(op, self, DimSet(dim), keepDim: true)(self)
    let plan = IndexPlan(gathering: indices.buffer, dim: dim, from: sizes)
    let values = try Gather(plan: plan)(self)
    return keepDim ? (values, indices) : (try values.squeeze(dim), try indices.squeeze(dim))
  }

  /// Where the greatest element first stands along a dimension, or among all in row-major order;
  /// int64.
  public func argmax(_ dim: Int? = nil, keepDim: Bool = false) throws -> Tensor {
    try reduced(.argmax, dim.map { [$0] } ?? [], keepDim, "argmax")
  }
  /// Where the least element first stands.
  public func argmin(_ dim: Int? = nil, keepDim: Bool = false) throws -> Tensor {
    try reduced(.argmin, dim.map { [$0] } ?? [], keepDim, "argmin")
  }

  /// Whether any element is not zero; bool, but of uint8 tensors uint8.
  public func any(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try truth(.any, dims, keepDim, "any")
  }
  public func any(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    try truth(.any, dims, keepDim, "any")
  }
  /// Whether all elements are not zero; bool, but of uint8 tensors uint8.
  public func all(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try truth(.all, dims, keepDim, "all")
  }
  public func all(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    try truth(.all, dims, keepDim, "all")
  }

  private func truth(_ op: mk_reduce_op, _ dims: [Int], _ keepDim: Bool, _ name: String) throws
    -> Tensor
  {
    let result = try reduced(op, dims, keepDim, name)
    return dtype == .uint8 ? try result.to(.uint8) : result
  }

  /// How many elements are not zero; int64.
  public func countNonzero(_ dims: Int...) throws -> Tensor { try countNonzero(dims) }
  public func countNonzero(_ dims: [Int]) throws -> Tensor { try (self .!= 0).sum(dims) }

  /// `log(sum(exp(x)))` over some dimensions, without overflow.
  public func logSumExp(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try logSumExp(dims, keepDim: keepDim)
  }
  public func logSumExp(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    if !dtype.isFloatingPoint {
      // Computed wider, integers give the float32 number that is nearest to the exact result.
      return try to(.float64).logSumExp(dims, keepDim: keepDim).to(.float32)
    }
    let x = self
    if x.count == 0 { return try x.exp().sum(dims, keepDim: keepDim).log() }
    let set = try normalize(dims, rank, "logSumExp")
    let top = try Reduce(.max, x.detached(), set, keepDim: true)(x.detached())
    // An infinite maximum is the result; subtracting it would give NaN.
    let shift = try top.filled(0, where: top.isInf())
    let sum = try (x - shift).exp().sum(dims, keepDim: true).log() + shift
    return keepDim ? sum : try sum.squeeze(dims.isEmpty ? Array(0..<rank) : dims)
  }

  /// The running sum along a dimension; of integers and bools in int64.
  public func cumsum(_ dim: Int, dtype: DType? = nil) throws -> Tensor {
    try scanned(.sum, dim, dtype, "cumsum")
  }
  /// The running product along a dimension; of integers and bools in int64.
  public func cumprod(_ dim: Int, dtype: DType? = nil) throws -> Tensor {
    try scanned(.prod, dim, dtype, "cumprod")
  }
  /// `log(cumsum(exp(x)))` without overflow.
  public func logCumsumExp(_ dim: Int) throws -> Tensor {
    try requireFloatingPoint("logCumsumExp")
    return try scanned(.logSumExp, dim, nil, "logCumsumExp")
  }
  /// The running maximum along a dimension and where it was last met.
  public func cummax(_ dim: Int) throws -> (values: Tensor, indices: Tensor) {
    let dim = try normalize(dim, rank, "cummax")
    return try Scan(op: .max, dim: dim).withIndices(self)
  }
  /// The running minimum along a dimension and where it was last met.
  public func cummin(_ dim: Int) throws -> (values: Tensor, indices: Tensor) {
    let dim = try normalize(dim, rank, "cummin")
    return try Scan(op: .min, dim: dim).withIndices(self)
  }

  private func scanned(_ op: mk_scan_op, _ dim: Int, _ dtype: DType?, _ name: String) throws
    -> Tensor
  {
    try validate()
    let dim = try normalize(dim, rank, name)
    let x = try dtype.map { try to($0) } ?? self
    let result = try Scan(op: op, dim: dim)(x)
    return try dtype.map { try result.to($0) } ?? result
  }

  /// The elements in order along a dimension, and where each came from. Stable; NaN counts as
  /// greatest.
  public func sort(_ dim: Int = -1, descending: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let dim = try normalize(dim, rank, "sort")
    return try Sort.sort(self, dim: dim, descending: descending)
  }

  /// Where each element of the sorted tensor comes from.
  public func argsort(_ dim: Int = -1, descending: Bool = false) throws -> Tensor {
    let dim = try normalize(dim, rank, "argsort")
    return try Sort.sort(detached(), dim: dim, descending: descending).indices
  }

  /// The `k` greatest elements along a dimension in order, or the least, and where they stand.
  ///
  /// - Throws: `TensorError.argument` if there are fewer than `k`.
  public func topk(_ k: Int, _ dim: Int = -1, largest: Bool = true) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let dim = try normalize(dim, rank, "topk")
    let available = rank == 0 ? 1 : sizes[dim]
    guard k >= 0, k <= available else {
      throw TensorError.argument(
        operation: "topk", reason: "\(k) elements of \(available) along dimension \(dim)")
    }
    return try Sort.topk(self, k: k, dim: dim, largest: largest)
  }

  /// For each element the position where it would be inserted into the sorted last dimension of
  /// `edges`, before equal ones or, with `right`, after them. The edges are one line, or have this
  /// tensor's leading sizes.
  ///
  ///     let bin = try values.searchSorted(edges, right: true)
  ///
  /// - Parameters:
  ///   - sorter: Where each of the sorted edges stands in `edges`, as `argsort` says, if these are
  ///     not sorted themselves.
  ///   - dtype: int64 or int32.
  public func searchSorted(
    _ edges: Tensor, right: Bool = false, sorter: Tensor? = nil, dtype: DType = .int64
  ) throws -> Tensor {
    guard edges.rank >= 1 else {
      throw TensorError.rank(
        operation: "searchSorted", rank: 0, expected: "at least 1 for the edges")
    }
    guard dtype == .int64 || dtype == .int32 else {
      throw TensorError.dtype(
        operation: "searchSorted", dtypes: [dtype], reason: "positions are int64 or int32")
    }
    if edges.rank > 1 {
      let leads = edges.rank == rank && (0..<rank - 1).allSatisfy { sizes[$0] == edges.sizes[$0] }
      guard leads else {
        throw TensorError.shape(
          operation: "searchSorted", shapes: [shape, edges.shape],
          reason: "the leading sizes must agree")
      }
    }
    var edges = edges.detached()
    if let sorter {
      guard sorter.sizes == edges.sizes else {
        throw TensorError.shape(
          operation: "searchSorted", shapes: [edges.shape, sorter.shape],
          reason: "the sorter must have a position for each of the edges")
      }
      edges = try edges.gather(-1, sorter)
    }
    let device = try sameDevice(self, edges, "searchSorted")
    let common = self.dtype.promoted(with: edges.dtype)
    let out = try Buffer(sizes, .int64, device)
    try out.backend.searchSorted(
      out, detached().to(common).buffer, edges.to(common).buffer, right: right)
    return try Tensor(out).to(dtype)
  }
}
