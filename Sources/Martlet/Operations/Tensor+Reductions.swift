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
  ///
  ///     try Tensor([[1.0, 2.0], [3.0, 4.0]]).sum(0)  // [4, 6]
  ///
  /// - Parameters:
  ///   - dims: The dimensions to reduce; none for all.
  ///   - keepDim: Whether dimensions that are reduced stay, with size 1.
  ///   - dtype: What the elements are converted to first.
  public func sum(_ dims: Int..., keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    try sum(dims, keepDim: keepDim, dtype: dtype)
  }
  /// As `sum` with the dimensions one by one.
  public func sum(_ dims: [Int], keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    let x = try dtype.map { try to($0) } ?? Autocast.full(self)
    let sum = try x.reduced(.sum, dims, keepDim, "sum")
    return try dtype.map { try sum.to($0) } ?? sum
  }

  /// The product of all elements, or over one dimension; of integers and bools in int64.
  ///
  ///     try Tensor([[1.0, 2.0], [3.0, 4.0]]).prod(1)  // [2, 12]
  public func prod(_ dim: Int? = nil, keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    let x = try dtype.map { try to($0) } ?? Autocast.full(self)
    let product = try x.reduced(.prod, dim.map { [$0] } ?? [], keepDim, "prod")
    return try dtype.map { try product.to($0) } ?? product
  }

  /// The mean over some dimensions; NaN over none.
  ///
  ///     try images.mean(2, 3, keepDim: true)  // [N, C, 1, 1]
  ///
  /// - Throws: `TensorError.dtype` for integers and bools, whose mean has no dtype of theirs.
  public func mean(_ dims: Int..., keepDim: Bool = false, dtype: DType? = nil) throws -> Tensor {
    try mean(dims, keepDim: keepDim, dtype: dtype)
  }
  /// As `mean` with the dimensions one by one.
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
  ///
  ///     try Tensor([1.0, 2.0, 3.0]).var()  // 1
  ///
  /// - Parameters:
  ///   - dims: The dimensions to reduce; none for all.
  ///   - correction: 1 for the unbiased estimate, 0 for the variance of the elements themselves.
  ///   - keepDim: Whether dimensions that are reduced stay, with size 1.
  public func `var`(_ dims: Int..., correction: Double = 1, keepDim: Bool = false) throws -> Tensor
  {
    try `var`(dims, correction: correction, keepDim: keepDim)
  }
  /// As `var` with the dimensions one by one.
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
  ///
  ///     try Tensor([1.0, 2.0, 3.0]).std(correction: 0)  // 0.8165
  public func std(_ dims: Int..., correction: Double = 1, keepDim: Bool = false) throws -> Tensor {
    try `var`(dims, correction: correction, keepDim: keepDim).sqrt()
  }
  /// As `std` with the dimensions one by one.
  public func std(_ dims: [Int], correction: Double = 1, keepDim: Bool = false) throws -> Tensor {
    try `var`(dims, correction: correction, keepDim: keepDim).sqrt()
  }

  /// The greatest element over some dimensions; NaN wins. Equal ones share the gradient.
  ///
  ///     try Tensor([[1.0, 5.0], [4.0, 2.0]]).amax(0)  // [4, 5]
  public func amax(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try reduced(.max, dims, keepDim, "amax")
  }
  /// As `amax` with the dimensions one by one.
  public func amax(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    try reduced(.max, dims, keepDim, "amax")
  }

  /// The least element over some dimensions; NaN wins. Equal ones share the gradient.
  ///
  ///     try Tensor([[1.0, 5.0], [4.0, 2.0]]).amin(0)  // [1, 2]
  public func amin(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try reduced(.min, dims, keepDim, "amin")
  }
  /// As `amin` with the dimensions one by one.
  public func amin(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    try reduced(.min, dims, keepDim, "amin")
  }

  /// The greatest of all elements.
  ///
  ///     try Tensor([1.0, 5.0, 2.0]).max()  // 5
  public func max() throws -> Tensor { try amax() }

  /// The least of all elements.
  ///
  ///     try Tensor([1.0, 5.0, 2.0]).min()  // 1
  public func min() throws -> Tensor { try amin() }

  /// The greatest element along a dimension and where it first stands. The gradient goes there.
  ///
  ///     let (best, label) = try scores.max(dim: 1)
  public func max(dim: Int, keepDim: Bool = false) throws -> (values: Tensor, indices: Tensor) {
    try extreme(.argmax, dim, keepDim, "max")
  }

  /// The least element along a dimension and where it first stands. The gradient goes there.
  ///
  ///     let (nearest, place) = try distances.min(dim: 1)
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
  ///
  ///     let labels = try scores.argmax(1)
  public func argmax(_ dim: Int? = nil, keepDim: Bool = false) throws -> Tensor {
    try reduced(.argmax, dim.map { [$0] } ?? [], keepDim, "argmax")
  }

  /// Where the least element first stands along a dimension, or among all in row-major order;
  /// int64.
  ///
  ///     let nearest = try distances.argmin(1)
  public func argmin(_ dim: Int? = nil, keepDim: Bool = false) throws -> Tensor {
    try reduced(.argmin, dim.map { [$0] } ?? [], keepDim, "argmin")
  }

  /// Whether any element is not zero; bool, but of uint8 tensors uint8.
  ///
  ///     try Tensor([[0, 1], [0, 0]]).any(1)  // [true, false]
  public func any(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try truth(.any, dims, keepDim, "any")
  }
  /// As `any` with the dimensions one by one.
  public func any(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    try truth(.any, dims, keepDim, "any")
  }

  /// Whether all elements are not zero; bool, but of uint8 tensors uint8.
  ///
  ///     try Tensor([[1, 1], [0, 1]]).all(1)  // [true, false]
  public func all(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try truth(.all, dims, keepDim, "all")
  }
  /// As `all` with the dimensions one by one.
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
  ///
  ///     try Tensor([[0, 1], [2, 3]]).countNonzero(1)  // [1, 2]
  public func countNonzero(_ dims: Int...) throws -> Tensor { try countNonzero(dims) }
  /// As `countNonzero` with the dimensions one by one.
  public func countNonzero(_ dims: [Int]) throws -> Tensor {
    try (dtype == .bool ? self : self .!= 0).sum(dims)
  }

  /// `log(sum(exp(x)))` over some dimensions, without overflow.
  ///
  ///     try Tensor([1000.0, 1000.0]).logSumExp()  // 1000.6931
  public func logSumExp(_ dims: Int..., keepDim: Bool = false) throws -> Tensor {
    try logSumExp(dims, keepDim: keepDim)
  }
  /// As `logSumExp` with the dimensions one by one.
  public func logSumExp(_ dims: [Int], keepDim: Bool = false) throws -> Tensor {
    if !dtype.isFloatingPoint {
      // Computed wider, integers give the float32 number that is nearest to the exact result.
      return try to(.float64).logSumExp(dims, keepDim: keepDim).to(.float32)
    }
    let x = try Autocast.full(self)
    if x.count == 0 { return try x.exp().sum(dims, keepDim: keepDim).log() }
    let set = try normalize(dims, rank, "logSumExp")
    let top = try Reduce(.max, x.detached(), set, keepDim: true)(x.detached())
    // An infinite maximum is the result; subtracting it would give NaN.
    let shift = try top.filled(0, where: top.isInf())
    let sum = try (x - shift).exp().sum(dims, keepDim: true).log() + shift
    return keepDim ? sum : try sum.squeeze(dims.isEmpty ? Array(0..<rank) : dims)
  }

  /// The running sum along a dimension; of integers and bools in int64.
  ///
  ///     try Tensor([1, 2, 3]).cumsum(0)  // [1, 3, 6]
  public func cumsum(_ dim: Int, dtype: DType? = nil) throws -> Tensor {
    try scanned(.sum, dim, dtype, "cumsum")
  }

  /// The running product along a dimension; of integers and bools in int64.
  ///
  ///     try Tensor([1, 2, 3]).cumprod(0)  // [1, 2, 6]
  public func cumprod(_ dim: Int, dtype: DType? = nil) throws -> Tensor {
    try scanned(.prod, dim, dtype, "cumprod")
  }

  /// `log(cumsum(exp(x)))` along a dimension, without overflow.
  ///
  ///     try Tensor([1000.0, 1000.0]).logCumsumExp(0)  // [1000, 1000.6931]
  public func logCumsumExp(_ dim: Int) throws -> Tensor {
    try requireFloatingPoint("logCumsumExp")
    return try scanned(.logSumExp, dim, nil, "logCumsumExp")
  }

  /// The running maximum along a dimension and where it was last met.
  ///
  ///     try Tensor([1.0, 3.0, 2.0]).cummax(0).values  // [1, 3, 3]
  public func cummax(_ dim: Int) throws -> (values: Tensor, indices: Tensor) {
    let dim = try normalize(dim, rank, "cummax")
    return try Scan(op: .max, dim: dim).withIndices(self)
  }

  /// The running minimum along a dimension and where it was last met.
  ///
  ///     try Tensor([3.0, 1.0, 2.0]).cummin(0).values  // [3, 1, 1]
  public func cummin(_ dim: Int) throws -> (values: Tensor, indices: Tensor) {
    let dim = try normalize(dim, rank, "cummin")
    return try Scan(op: .min, dim: dim).withIndices(self)
  }

  private func scanned(_ op: mk_scan_op, _ dim: Int, _ dtype: DType?, _ name: String) throws
    -> Tensor
  {
    try validate()
    let dim = try normalize(dim, rank, name)
    let grows = op == .sum || op == .prod
    let x = try dtype.map { try to($0) } ?? (grows ? Autocast.full(self) : self)
    let result = try Scan(op: op, dim: dim)(x)
    return try dtype.map { try result.to($0) } ?? result
  }

  /// The elements in order along a dimension, and where each came from. Stable; NaN counts as
  /// greatest.
  ///
  ///     let (values, order) = try x.sort(1, descending: true)
  public func sort(_ dim: Int = -1, descending: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let dim = try normalize(dim, rank, "sort")
    return try Sort.sort(self, dim: dim, descending: descending)
  }

  /// Where each element of the sorted tensor comes from.
  ///
  ///     try Tensor([3.0, 1.0, 2.0]).argsort()  // [1, 2, 0]
  public func argsort(_ dim: Int = -1, descending: Bool = false) throws -> Tensor {
    let dim = try normalize(dim, rank, "argsort")
    return try Sort.sort(detached(), dim: dim, descending: descending).indices
  }

  /// The `k` greatest elements along a dimension in order, or the least, and where they stand.
  ///
  ///     let (scores, classes) = try logits.softmax(dim: 1).topk(5)
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
  ///   - edges: The sorted numbers.
  ///   - right: Whether a position is after equal ones.
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
    let (x, lines) = try aligned(detached(), edges, "searchSorted")
    let common = self.dtype.promoted(with: edges.dtype)
    let out = try Buffer(sizes, .int64, x.target)
    try out.backend.searchSorted(
      out, x.to(common).buffer, lines.to(common).buffer, right: right)
    return try Tensor(out).to(dtype)
  }
}
