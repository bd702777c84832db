/// Every element kept between two numbers, of which one may be missing.
struct Clamp: Primitive {
  var low: Scalar?
  var high: Scalar?

  static var kind: PrimitiveKind { .clamp }
  var name: String { "clamp" }
  var fusion: FusionClass { .elementwise }

  /// x's dtype can hold the bounds.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let untracked = x.detached()
    // Low first: bounds that cross give the upper one.
    let raised = try low.map { try Binary.maximum(untracked, $0) } ?? untracked
    let kept = try high.map { try Binary.minimum(raised, $0) } ?? raised
    return try record(kept.buffer, x)
  }

  func saves(_ needs: Needs) -> Saves { .x }

  func backward(_ g: Tensor, _ record: Recorded<Clamp>) throws {
    // At a bound the gradient passes.
    let x = try record.x.detached()
    let above = try low.map { try Binary.ge(x, $0) }
    let below = try high.map { try Binary.le(x, $0) }
    switch (above, below) {
    case (let above?, let below?): try record.sendX(g.masked(by: above.logicalAnd(below)))
    case (let mask?, nil), (nil, let mask?): try record.sendX(g.masked(by: mask))
    case (nil, nil): try record.sendX(g)
    }
  }
}
