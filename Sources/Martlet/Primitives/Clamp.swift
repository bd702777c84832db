/// Every element kept between two numbers, of which one may be missing.
struct Clamp: Primitive {
  var low: Scalar?
  var high: Scalar?

  static var kind: PrimitiveKind { .clamp }
  var name: String { "clamp" }
  var fusion: FusionClass { .elementwise }

  /// x's dtype can hold the bounds.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let kept = try x.detached().fused(name) { [low, high] x in
      // Low first: bounds that cross give the upper one.
      let raised = try low.map { try Binary.maximum(x, $0) } ?? x
      return try high.map { try Binary.minimum(raised, $0) } ?? raised
    }
    return try record(kept.buffer, x)
  }

  func saves(_ needs: Needs) -> Saves { .x }

  func backward(_ g: Tensor, _ record: Recorded<Clamp>) throws {
    // At a bound the gradient passes.
    let x = try record.x.detached()
    try record.sendX(
      g.fused(name, with: x) { [low, high] g, x in
        let above = try low.map { try Binary.ge(x, $0) }
        let below = try high.map { try Binary.le(x, $0) }
        switch (above, below) {
        case (let above?, let below?): return try g.masked(by: above.logicalAnd(below))
        case (let mask?, nil), (nil, let mask?): return try g.masked(by: mask)
        case (nil, nil): return g
        }
      })
  }
}
