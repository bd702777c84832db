import CKernels

/// Which element of a source each element of a result is: every result dimension walks a dimension
/// of the source, or index tensors choose the position along one. Covers `gather`, `indexSelect`,
/// embeddings and advanced indexing.
struct IndexPlan: Sendable {
  struct Indices: Sendable {
    /// int64, read with `strides` along the result's dimensions.
    var buffer: Buffer
    var strides: Dims
    /// The source dimension in which they choose.
    var dim: Int
  }

  var source: Dims
  var sizes: Dims
  /// For every result dimension the source dimension that it walks, or -1.
  var walks: Dims
  var indices: [Indices]
  /// Whether negative positions count from the end; else they are out of range.
  var countsFromEnd = false

  /// Rows of `dim` chosen by a list: the result has the source's shape with `dim` as long as the
  /// list.
  init(selecting list: Buffer, dim: Int, from source: Dims) {
    self.source = source
    sizes = source
    sizes[dim] = list.count
    walks = Dims(repeating: -1, rank: source.rank)
    var strides = Dims(repeating: 0, rank: source.rank)
    for i in 0..<source.rank where i != dim { walks[i] = i }
    strides[dim] = list.rank == 0 ? 0 : list.strides[0]
    indices = [Indices(buffer: list, strides: strides, dim: dim)]
  }

  /// `torch.gather`: the result has the shape of `index`, which chooses along `dim`.
  init(gathering index: Buffer, dim: Int, from source: Dims) {
    self.source = source
    sizes = index.sizes
    walks = Dims(repeating: -1, rank: source.rank)
    for i in 0..<source.rank where i != dim { walks[i] = i }
    indices = [Indices(buffer: index, strides: index.strides, dim: dim)]
  }

  /// Advanced indexing: `lists[d]`, broadcast to `shape`, choose along source dimension d; the
  /// other dimensions are walked. The dimensions of `shape` stand at `position` among those that
  /// remain.
  init(source: Dims, lists: [Buffer?], shape: Dims, position: Int) {
    self.source = source
    sizes = Dims()
    walks = Dims()
    var remaining = 0
    for i in 0...source.rank {
      if remaining == position && walks.rank == remaining {
        for k in 0..<shape.rank {
          sizes.append(shape[k])
          walks.append(-1)
        }
      }
      if i < source.rank, i >= lists.count || lists[i] == nil {
        sizes.append(source[i])
        walks.append(i)
        remaining += 1
      }
    }
    indices = []
    countsFromEnd = true
    for case (let dim, let list?) in lists.enumerated() {
      let stretched = list.strides.broadcast(from: list.sizes, to: shape)
      var strides = Dims(repeating: 0, rank: sizes.rank)
      for k in 0..<shape.rank { strides[position + k] = stretched[k] }
      indices.append(Indices(buffer: list, strides: strides, dim: dim))
    }
  }
}

/// Picks elements as a plan says.
struct Gather: Primitive {
  var plan: IndexPlan

  static var kind: PrimitiveKind { .gather }
  var name: String { "gather" }
  var fusion: FusionClass { .opaque }

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let x = try x.along(plan, name)
    let out = try Buffer(plan.sizes, x.dtype, x.target)
    try out.backend.gather(plan, out, x.buffer)
    return try record(out, x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<Gather>) throws {
    let zeros = try Tensor.zeros(plan.source, g.dtype, g.target)
    try record.sendX(Scatter(op: .add, plan: plan)(zeros, g))
  }
}

/// Puts or combines values into the places of a copy of x that a plan says. Places that occur
/// several times are combined in order; of values that are set the last one stays.
struct Scatter: Primitive {
  var op: mk_scatter_op
  var plan: IndexPlan

  static var kind: PrimitiveKind { .scatter }
  var name: String {
    switch op {
    case .set: "scatter"
    case .add: "scatterAdd"
    case .prod: "scatterProd"
    case .max: "scatterMax"
    case .min: "scatterMin"
    }
  }

  var fusion: FusionClass { .opaque }

  /// `values` has the shape of the plan and x's dtype.
  func callAsFunction(_ x: consuming Tensor, _ values: Tensor) throws -> Tensor {
    let values = try values.along(plan, name).along(x.buffer, name)
    x = try x.along(values.buffer, name)
    // Zeros that nobody else sees, or an unshared tensor, need no copy, unless the derivative by
    // the values reads what x was.
    let isTracked = Mode.isRecording && (x.history != nil || values.history != nil)
    if !isTracked || (x.history == nil && saves(.y).isEmpty), x.hasOwnMemory {
      let out = x.buffer
      try out.backend.scatter(op, plan, out, values.buffer, checkFirst: false)
      return try record(out, Tensor(out), values)
    }
    let out = try Buffer(x.sizes, x.dtype, x.target)
    try out.backend.copy(out, x.buffer)
    try out.backend.scatter(op, plan, out, values.buffer, checkFirst: false)
    return try record(out, x, values)
  }

  func saves(_ needs: Needs) -> Saves { op == .set || op == .add ? [] : [.x, .y, .output] }

  func backward(_ g: Tensor, _ record: Recorded<Scatter>) throws {
    switch op {
    case .add:
      try record.sendX(g)
      try record.sendY(Gather(plan: plan)(g))
    case .set:
      try record.sendX(
        Scatter(op: .set, plan: plan)(g.clone(), Tensor.zeros(plan.sizes, g.dtype, g.target)))
      // As in PyTorch, of several values for one place each gets the gradient of the place.
      try record.sendY(Gather(plan: plan)(g))
    case .max, .min:
      // Everything that equals the result shares its gradient.
      let result = try record.output
      let x = try record.x
      let values = try record.y
      let own = try (x .== result).to(g.dtype)
      let picked = try Gather(plan: plan)(result)
      let hits = try (values .== picked).to(g.dtype)
      let ties = try Scatter(op: .add, plan: plan)(own.clone(), hits)
      let shared = try g / ties
      try record.sendX(shared * own)
      try record.sendY(Gather(plan: plan)(shared) * hits)
    case .prod:
      let x = try record.x
      let values = try record.y
      // Of a product each factor's derivative is the product of the others, also where some are
      // zero.
      try record.sendX(g * Scatter(op: .prod, plan: plan)(x.detached().onesLike(), values))
      try record.sendY(
        {
          let zero = try values .== 0
          let zeros = try Gather(plan: plan)(
            Scatter(op: .add, plan: plan)(
              Tensor.zeros(plan.source, .int64, x.target), zero.to(.int64)))
          let filled = try values.filled(1, where: zero)
          let others =
            try Gather(plan: plan)(g * Scatter(op: .prod, plan: plan)(x, filled)) / filled
          return try others.masked(by: (zeros .== 0).logicalOr(zero.logicalAnd(zeros .== 1)))
        }())
    }
  }
}

extension Tensor {
  /// Whether the elements may be written in place: nothing else refers to them, and each has a
  /// place of its own. Whoever asks is about to write them.
  var hasOwnMemory: Bool {
    mutating get {
      guard isKnownUniquelyReferenced(&buffer), buffer.isDense, buffer.ownsMemoryAlone else {
        return false
      }
      buffer.derived.removeAll()
      return true
    }
  }
}
