import CKernels

/// Elements along some dimensions combined into one.
struct Reduce: Primitive {
  var op: mk_reduce_op
  var dims: DimSet
  var keepDim: Bool
  var from: Dims

  static var kind: PrimitiveKind { .reduce }
  var name: String {
    switch op {
    case .sum: "sum"
    case .prod: "prod"
    case .max: "amax"
    case .min: "amin"
    case .any: "any"
    case .all: "all"
    case .argmax: "argmax"
    case .argmin: "argmin"
    case .sumSquares: "sumSquares"
    case .sumAbsolute: "sumAbsolute"
    }
  }

  var fusion: FusionClass { .reduction }

  init(_ op: mk_reduce_op, _ x: Tensor, _ dims: DimSet, keepDim: Bool) {
    self.op = op
    self.dims = dims
    self.keepDim = keepDim
    from = x.sizes
  }

  /// Sums and products of integers and bools are int64.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let dtype: DType
    switch op {
    case .sum, .prod: dtype = x.dtype.accumulator
    case .any, .all: dtype = .bool
    case .argmax, .argmin: dtype = .int64
    case .max, .min, .sumSquares, .sumAbsolute: dtype = x.dtype
    }
    if x.count == 0, op == .max || op == .min || op == .argmax || op == .argmin {
      for i in 0..<from.rank where dims.contains(i) && from[i] == 0 {
        throw TensorError.shape(
          operation: name, shapes: [x.shape],
          reason: "no extreme of no elements (dimension \(i) has size 0)")
      }
    }
    let out = try Buffer(resultSizes, dtype, x.target)
    try out.backend.reduce(op, out, x.buffer, dims)
    return try record(out, x)
  }

  private var resultSizes: Dims {
    var sizes = Dims()
    for i in 0..<from.rank {
      if !dims.contains(i) { sizes.append(from[i]) } else if keepDim { sizes.append(1) }
    }
    return sizes
  }

  private var keptSizes: Dims {
    var sizes = from
    for i in 0..<from.rank where dims.contains(i) { sizes[i] = 1 }
    return sizes
  }

  /// How many elements become one.
  var width: Int {
    var width = 1
    for i in 0..<from.rank where dims.contains(i) { width *= from[i] }
    return width
  }

  func saves(_ needs: Needs) -> Saves {
    switch op {
    case .sum, .any, .all, .argmax, .argmin: []
    case .prod: .x
    case .max, .min: [.x, .output]
    case .sumSquares, .sumAbsolute: .x
    }
  }

  func backward(_ g: Tensor, _ record: Recorded<Reduce>) throws {
    let g = try View.expand(View.reshape(g, to: keptSizes), to: from)
    switch op {
    case .sum: try record.sendX(g)
    case .prod: try record.sendX(g * productOfOthers(record.x))
    case .max, .min:
      // Equal extremes share the gradient.
      let x = try record.x
      let extreme = try View.reshape(record.output, to: keptSizes)
      let mask = try (x .== extreme)
      let ties = try Reduce(.sum, mask, dims, keepDim: true)(mask).to(x.dtype)
      try record.sendX((g / ties).masked(by: mask))
    case .sumSquares: try record.sendX(g * (record.x * 2))
    case .sumAbsolute: try record.sendX(g * record.x.sign())
    case .any, .all, .argmax, .argmin:
      throw TensorError.autograd("\(name) has no derivative")
    }
  }

  /// For every element the product of all the others, also where some are zero.
  private func productOfOthers(_ x: Tensor) throws -> Tensor {
    let zero = try x .== 0
    if Mode.isRecording, try zero.isTrueAnywhere {
      return try differentiableProductOfOthers(x)
    }
    let zeros = try Reduce(.sum, zero, dims, keepDim: true)(zero)
    let filled = try x.filled(1, where: zero)
    let product = try Reduce(.prod, filled, dims, keepDim: true)(filled)
    // With one zero only its own place sees a product without it; with more nobody does.
    let others = try product / filled
    return try others.masked(by: (zeros .== 0).logicalOr(zero.logicalAnd(zeros .== 1)))
  }

  /// The same as products of products: the masks above would hide from further derivatives how
  /// zeros change.
  private func differentiableProductOfOthers(_ x: Tensor) throws -> Tensor {
    let order =
      (0..<from.rank).filter { !dims.contains($0) } + (0..<from.rank).filter(dims.contains)
    let moved = try x.permute(order)
    let rows = try moved.reshape([x.count / width, width])
    let others = try rows.withoutEach().prod(2)
    return try others.reshape(moved.shape).permute(
      order.indices.map { order.firstIndex(of: $0) ?? 0 })
  }
}

extension Tensor {
  /// Rows `[m, n]` as `[m, n, n]`: in copy i of a row its element i is replaced by 1.
  func withoutEach() throws -> Tensor {
    let square = try unsqueezed(1).expanded(sizes[0], sizes[1], sizes[1])
    return try square.filled(1, where: Tensor.eye(sizes[1], dtype: .bool))
  }

  /// The sum over what broadcasting from `target` has stretched.
  func summed(to target: Dims) throws -> Tensor {
    if sizes == target { return self }
    let extra = rank - target.rank
    var dims = DimSet()
    for i in 0..<rank where i < extra || (target[i - extra] == 1 && sizes[i] != 1) {
      _ = dims.insert(i)
    }
    let sum = dims.isEmpty ? self : try Reduce(.sum, self, dims, keepDim: true)(self)
    return try View.reshape(sum, to: target)
  }
}
