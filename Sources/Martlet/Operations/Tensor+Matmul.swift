extension Tensor {
  /// The matrix product, by PyTorch's rules: two lists give their dot product, a matrix and a list
  /// their product, and dimensions before the last two are batches that broadcast.
  ///
  ///     try Tensor([[1.0, 2.0]]).matmul(Tensor([[3.0], [4.0]]))  // [[11]]
  ///
  /// - Throws: `TensorError.shape` naming the sizes that differ.
  public func matmul(_ other: Tensor) throws -> Tensor {
    if let (x, y) = try Autocast.lowering(self, other) { return try x.matmul(y) }
    try sameDevice(self, other, "matmul")
    guard rank > 0, other.rank > 0 else {
      throw TensorError.rank(operation: "matmul", rank: 0, expected: "at least 1 on both sides")
    }
    guard dtype == other.dtype else {
      throw TensorError.dtype(
        operation: "matmul", dtypes: [dtype, other.dtype], reason: "the dtypes must be equal")
    }
    let x = rank == 1 ? try unsqueezed(0) : self
    let y = other.rank == 1 ? try other.unsqueezed(1) : other
    let inner = x.sizes[x.rank - 1]
    guard inner == y.sizes[y.rank - 2] else {
      throw TensorError.innerSizes("matmul", self, other, inner, y.sizes[y.rank - 2])
    }
    var product: Tensor
    if y.rank == 2 && x.rank > 2 && (x.history != nil || x.isContiguous) {
      // One product over all rows, where the batches share the right side.
      let flat = try x.reshape([-1, inner].resolvingEmpty(x))
      var sizes = x.sizes
      sizes[x.rank - 1] = y.sizes[1]
      product = try View.reshape(Matmul()(flat, y), to: sizes)
    } else if x.rank == 2 && y.rank == 2 {
      product = try Matmul()(x, y)
    } else {
      var a = x.sizes
      var b = y.sizes
      for _ in 0..<2 {
        a.remove(at: a.rank - 1)
        b.remove(at: b.rank - 1)
      }
      guard var batch = Dims.broadcast(a, b) else {
        throw TensorError.shape(
          operation: "matmul", shapes: [shape, other.shape],
          reason: "batch dimensions do not broadcast (\(a) and \(b))")
      }
      var left = batch
      left.append(x.sizes[x.rank - 2])
      left.append(inner)
      batch.append(inner)
      batch.append(y.sizes[y.rank - 1])
      let wideX = x.sizes == left ? x : try View.expand(x, to: left)
      let wideY = y.sizes == batch ? y : try View.expand(y, to: batch)
      product = try Matmul()(wideX, wideY)
    }
    if rank == 1 { product = try product.squeeze(-2) }
    if other.rank == 1 { product = try product.squeeze(-1) }
    return product
  }

  /// The product of two matrices.
  ///
  ///     let y = try x.mm(weight)  // [n, k] by [k, m]
  public func mm(_ other: Tensor) throws -> Tensor {
    guard rank == 2, other.rank == 2 else {
      throw TensorError.rank(
        operation: "mm", rank: rank == 2 ? other.rank : rank, expected: "2 on both sides")
    }
    return try matmul(other)
  }

  /// The product of a matrix and a list.
  ///
  ///     let y = try matrix.mv(vector)  // [n, k] by [k]
  public func mv(_ vector: Tensor) throws -> Tensor {
    guard rank == 2, vector.rank == 1 else {
      throw TensorError.shape(
        operation: "mv", shapes: [shape, vector.shape], reason: "needs a matrix and a list")
    }
    return try matmul(vector)
  }

  /// The products of matrices, pair by pair: `[b, m, k]` by `[b, k, n]`.
  ///
  ///     let y = try batch.bmm(others)
  public func bmm(_ other: Tensor) throws -> Tensor {
    guard rank == 3, other.rank == 3, sizes[0] == other.sizes[0] else {
      throw TensorError.shape(
        operation: "bmm", shapes: [shape, other.shape],
        reason: "needs [b, m, k] and [b, k, n] with the same b")
    }
    return try matmul(other)
  }

  /// The sum of the products of two lists.
  ///
  ///     try Tensor([1.0, 2.0]).dot(Tensor([3.0, 4.0]))  // 11
  public func dot(_ other: Tensor) throws -> Tensor {
    guard rank == 1, other.rank == 1 else {
      throw TensorError.shape(
        operation: "dot", shapes: [shape, other.shape], reason: "needs two lists")
    }
    // One sum on several threads, which a product of matrices has only one of.
    if count == other.count && count >= Fused.least && dtype == other.dtype && !isHalfPrecision
      && dtype.isFloatingPoint && !Mode.isAutocasting
    {
      return try Fused("dot", sum: true, inputs: 2) { try $0[0] * $0[1] }(self, other)
    }
    return try matmul(other)
  }

  /// All products of an element of one list with one of the other: `[n, m]`.
  ///
  ///     try Tensor([1, 2]).outer(Tensor([3, 4]))  // [[3, 4], [6, 8]]
  public func outer(_ other: Tensor) throws -> Tensor {
    guard rank == 1, other.rank == 1 else {
      throw TensorError.shape(
        operation: "outer", shapes: [shape, other.shape], reason: "needs two lists")
    }
    return try unsqueezed(1) * other
  }
}

extension TensorError {
  static func innerSizes(_ operation: String, _ x: Tensor, _ y: Tensor, _ a: Int, _ b: Int)
    -> TensorError
  {
    .shape(
      operation: operation, shapes: [x.shape, y.shape], reason: "inner sizes differ (\(a) and \(b))"
    )
  }
}

extension [Int] {
  /// For a shape of an open size and one more: what the open one is when the tensor is empty and
  /// division cannot tell.
  fileprivate func resolvingEmpty(_ x: Tensor) -> [Int] {
    if x.count > 0 { return self }
    return [x.shape.dropLast().reduce(1, *), self[1]]
  }
}

/// `x weight^T + bias`: x `[..., in]`, weight `[out, in]` (or `[in]`, giving one output less a
/// dimension), bias `[out]`.
///
///     let y = try linear(x, weight, bias)
public func linear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil) throws -> Tensor {
  if let (x, weight, bias) = try Autocast.lowering(x, weight, bias) {
    return try linear(x, weight, bias)
  }
  try sameDevice(x, weight, "linear")
  if let bias { try sameDevice(x, bias, "linear") }
  guard weight.rank == 2, x.rank >= 1 else {
    if weight.rank == 1, x.rank >= 1 {
      let product = try x.matmul(weight)
      return try bias.map { try product + $0 } ?? product
    }
    throw TensorError.shape(
      operation: "linear", shapes: [x.shape, weight.shape],
      reason: "needs x [..., in] and weight [out, in]")
  }
  let inner = x.sizes[x.rank - 1]
  guard inner == weight.sizes[1] else {
    throw TensorError.innerSizes("linear", x, weight, inner, weight.sizes[1])
  }
  guard x.dtype == weight.dtype, bias == nil || bias?.dtype == x.dtype else {
    throw TensorError.dtype(
      operation: "linear", dtypes: [x.dtype, weight.dtype] + (bias.map { [$0.dtype] } ?? []),
      reason: "the dtypes must be equal")
  }
  if let bias, bias.rank != 1 || bias.sizes[0] != weight.sizes[0] {
    return try linear(x, weight) + bias
  }
  let rows = x.rank == 2 ? x : try x.reshape([x.shape.dropLast().reduce(1, *), inner])
  let product = try LinearMap()(rows, weight, bias)
  if x.rank == 2 { return product }
  var sizes = x.sizes
  sizes[x.rank - 1] = weight.sizes[0]
  return try View.reshape(product, to: sizes)
}
