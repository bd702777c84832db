import CKernels

/// Elementwise functions of three tensors. The cases are the lines of elementwise.def.
typealias Ternary = mk_ternary_op

extension mk_ternary_op: Primitive {
  static var kind: PrimitiveKind { .ternary }
  var name: String { table.name }
  var fusion: FusionClass { .elementwise }

  var table: ElementwiseTable { ElementwiseTable(mk_ternary_operation(Int32(rawValue))) }

  static let allCases: [Ternary] = (0...UInt8.max)
    .prefix { mk_ternary_operation(Int32($0)) != nil }.compactMap(Ternary.init(rawValue:))

  /// Applies the function with broadcasting; for `where`, x is the bool condition and only y and z
  /// take part in type promotion.
  func callAsFunction(_ x: Tensor, _ y: Tensor, _ z: Tensor) throws -> Tensor {
    let table = table
    let (a, b, c) = try aligned(x, y, z, name)
    let device = try a.target
    guard let pair = Dims.broadcast(x.sizes, y.sizes) else {
      throw TensorError.broadcast(name, x.sizes, y.sizes)
    }
    guard let sizes = Dims.broadcast(pair, z.sizes) else {
      throw TensorError.broadcast(name, pair, z.sizes)
    }
    var promotion = Promotion(y, z)
    if self != .where { promotion.add(x) }
    let dtype = table.computed(promotion.result)
    try table.check(dtype)
    if self == .where, x.dtype != .bool {
      throw TensorError.dtype(
        operation: name, dtypes: [x.dtype], reason: "the condition must be bool")
    }
    let x = try (self == .where ? a : a.to(dtype)).broadcastIfTracked(to: sizes)
    let y = try b.to(dtype).broadcastIfTracked(to: sizes)
    let z = try c.to(dtype).broadcastIfTracked(to: sizes)
    let out = try Buffer(
      sizes, layoutOf: self == .where ? [y.buffer, z.buffer] : [x.buffer, y.buffer], dtype, device)
    try out.backend.ternary(self, out, x.buffer, y.buffer, z.buffer)
    return try record(out, x, y, z)
  }

  func saves(_ needs: Needs) -> Saves {
    switch self {
    case .where: return .x
    case .clamp: return [.x, .y, .z]
    case .lerp: return needs.contains(.z) ? [.x, .y, .z] : .z
    case .fma: return .ofProduct(needs)
    }
  }

  func backward(_ g: Tensor, _ record: Recorded<Ternary>) throws {
    switch self {
    case .where:
      let condition = try record.x
      try record.sendY(g.masked(by: condition))
      try record.sendZ(g.filled(0, where: condition))
    case .clamp:
      let x = try record.x
      let low = try record.y
      let high = try record.z
      // At a bound the gradient still goes to x; crossed bounds give the upper one.
      let crossed = try low .> high
      try record.sendX(
        g.masked(by: (x .>= low).logicalAnd(x .<= high).logicalAnd(crossed.logicalNot())))
      try record.sendY(g.masked(by: (x .< low).logicalAnd(crossed.logicalNot())))
      try record.sendZ(g.masked(by: (x .> high).logicalOr(crossed)))
    case .fma:
      try record.sendX(g * record.y)
      try record.sendY(g * record.x)
      try record.sendZ(g)
    case .lerp:
      let weight = try record.z
      try record.sendX(g * (1 - weight))
      try record.sendY(g * weight)
      try record.sendZ(g * (record.y - record.x))
    }
  }
}
