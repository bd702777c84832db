/// Writes values into the places that an index selects.
struct SelectionWrite: Primitive {
  var selection: Selection
  var plan: IndexPlan?
  var accumulate: Bool

  static var kind: PrimitiveKind { .selectionWrite }
  var name: String { "assign" }
  var fusion: FusionClass { .opaque }

  func callAsFunction(_ x: inout Tensor, _ value: Tensor) throws -> Tensor {
    var value = try value.along(x.buffer, name)
    if let plan { value = try value.along(plan, name) }
    if x.buffer.device != value.buffer.device { x = try x.along(value.buffer, name) }
    let recorded = Mode.isRecording && (x.history != nil || value.history != nil)
    let out: Buffer
    if !recorded, x.isContiguous, x.hasOwnMemory {
      out = x.buffer
    } else {
      out = try Buffer(x.sizes, x.dtype, x.target)
      try out.backend.copy(out, x.buffer)
    }
    let place = Buffer(
      viewing: out, selection.sizes, strides: selection.strides, offset: selection.offset)
    let backend = try out.backend
    if let plan {
      try backend.scatter(
        accumulate ? .add : .set, plan, place, value.buffer, checkFirst: out === x.buffer)
    } else if accumulate {
      try backend.binary(.add, place, place, value.buffer)
    } else {
      try backend.copy(place, value.buffer)
    }
    return try record(out, x, value)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<SelectionWrite>) throws {
    try record.sendX(
      {
        if accumulate { return g }
        var rest = try g.clone()
        let zeros = try Tensor.zeros(plan?.sizes ?? selection.sizes, g.dtype, g.target)
        return try SelectionWrite(selection: selection, plan: plan, accumulate: false)(
          &rest, zeros)
      }())
    try record.sendY(
      {
        let part = try View.select(g, selection)
        return try plan.map { try Gather(plan: $0)(part) } ?? part
      }())
  }
}
