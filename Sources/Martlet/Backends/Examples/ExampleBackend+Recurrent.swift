import CKernels

// Sequences of all examples are one batch, step by step, where they share the weights; else each
// example's recurrence runs on its own.
extension ExampleBackend {
  func recurrence(_ recurrence: Recurrence, _ out: Buffer, _ x: Buffer) throws {
    let examples = try Examples(out)
    let buffers = try recurrence.buffers
    guard var wide = try examples.together(buffers) else {
      let wide = try buffers.mapped { try examples.all($0) }
      let (out, x) = (try examples.all(out), try examples.all(x))
      return try examples.forEach { one in
        try examples.backend.recurrence(recurrence.with(wide.mapped(one)), one(out), one(x))
      }
    }
    try wide.keep(of: buffers) { try examples.newRows(like: $0) }
    let together = recurrence.repeated(examples.count, wide)
    let result = try examples.newRows(like: out)
    try examples.backend.recurrence(together, result, examples.rows(x))
    for (part, rows) in zip(recurrence.parts(of: out), together.parts(of: result)) {
      try examples.spreadRows(rows, to: part)
    }
    try buffers.forEachKept(with: wide) { try examples.spreadRows($1, to: $0) }
  }

  func recurrenceBackward(
    _ recurrence: Recurrence, _ gradients: RecurrenceGradients, _ dout: Buffer, _ out: Buffer
  ) throws {
    let examples = try Examples(dout)
    let buffers = try recurrence.buffers
    guard var wide = try examples.together(buffers) else {
      let wide = try buffers.mapped { try examples.all($0) }
      let all = try gradients.mapped { try examples.all($0) }
      let (dout, out) = (try examples.all(dout), try examples.all(out))
      return try examples.forEach { one in
        try examples.backend.recurrenceBackward(
          recurrence.with(wide.mapped(one)), all.mapped(one), one(dout).contiguous(), one(out))
      }
    }
    try wide.keep(of: buffers) { try examples.rows($0) }
    let repeated = recurrence.repeated(examples.count, wide)
    func together(_ flat: Buffer) throws -> Buffer {
      let result = try examples.newRows(like: flat)
      for (part, place) in zip(recurrence.parts(of: flat), repeated.parts(of: result)) {
        try examples.backend.copy(place, examples.rows(part))
      }
      return result
    }
    let results = try RecurrenceGradients(
      repeated, like: wide.weight, wantsState: gradients.state != nil, wide.weight.device)
    try examples.backend.recurrenceBackward(repeated, results, together(dout), together(out))
    try gradients.forEach(with: results) { try examples.spreadRows($1, to: $0) }
  }
}

extension Examples {
  /// The operands of all sequences of all examples; nil where weights vary. At each step sequence j
  /// of every example comes before j + 1 of any: so the longest are still first.
  fileprivate func together(_ buffers: RecurrenceBuffers) throws -> RecurrenceBuffers? {
    guard let weight = try shared(buffers.weight) else { return nil }
    var wide = RecurrenceBuffers(weight: weight)
    if let bias = buffers.bias {
      guard let bias = try shared(bias) else { return nil }
      wide.bias = bias
    }
    if let projection = buffers.projection {
      guard let projection = try shared(projection) else { return nil }
      wide.projection = projection
    }
    wide.state = try rows(buffers.state)
    wide.startCells = try rows(buffers.startCells)
    return wide
  }

  /// New memory for the rows of all examples of `out`.
  fileprivate func newRows(like out: Buffer) throws -> Buffer {
    var sizes = out.sizes
    sizes[0] *= count
    return try Buffer(sizes, out.dtype, space.enclosingDevice)
  }

  fileprivate func spreadRows(_ rows: Buffer, to out: Buffer) throws {
    try writeRows(out) { try backend.copy($0, rows) }
  }
}

extension Recurrence {
  /// That of `count` times as many sequences.
  fileprivate func repeated(_ count: Int, _ buffers: RecurrenceBuffers) -> Recurrence {
    var wide = with(buffers)
    wide.batchSizes = batchSizes.map { $0 * count }
    return wide
  }

  /// The states and the last cells that a flat result consists of, `[rows, ...]` each.
  fileprivate func parts(of flat: Buffer) -> [Buffer] {
    func part(_ rows: Int, _ columns: Int, _ offset: Int) -> Buffer {
      var sizes = Dims(repeating: rows, rank: 2)
      sizes[1] = columns
      return Buffer(viewing: flat, sizes, strides: sizes.rowMajorStrides, offset: offset)
    }
    let states = part(rows, width, 0)
    return cell == .lstm ? [states, part(batch, hiddenSize, states.count)] : [states]
  }
}

extension RecurrenceBuffers {
  /// With others in place of all but the inputs' part of the gates, which no kernel reads.
  fileprivate func mapped(_ body: (Buffer) throws -> Buffer) rethrows -> RecurrenceBuffers {
    var result = RecurrenceBuffers(weight: try body(weight))
    result.bias = try bias.map(body)
    result.projection = try projection.map(body)
    result.state = try state.map(body)
    result.startCells = try startCells.map(body)
    try result.keep(of: self, body)
    return result
  }

  /// Takes, in another form, what others keep.
  fileprivate mutating func keep(
    of other: RecurrenceBuffers, _ body: (Buffer) throws -> Buffer
  ) rethrows {
    gates = try other.gates.map(body)
    cells = try other.cells.map(body)
    unprojected = try other.unprojected.map(body)
  }

  fileprivate func forEachKept(
    with other: RecurrenceBuffers, _ body: (Buffer, Buffer) throws -> Void
  ) rethrows {
    if let gates, let other = other.gates { try body(gates, other) }
    if let cells, let other = other.cells { try body(cells, other) }
    if let unprojected, let other = other.unprojected { try body(unprojected, other) }
  }
}

extension RecurrenceGradients {
  /// With other buffers in place of all that is written.
  fileprivate func mapped(_ body: (Buffer) throws -> Buffer) rethrows -> RecurrenceGradients {
    var result = self
    result.x = try body(x)
    result.recurrent = try body(recurrent)
    result.projected = try projected.map(body)
    result.state = try state.map(body)
    result.cells = try cells.map(body)
    return result
  }

  fileprivate func forEach(
    with other: RecurrenceGradients, _ body: (Buffer, Buffer) throws -> Void
  ) rethrows {
    try body(x, other.x)
    if recurrent !== x { try body(recurrent, other.recurrent) }
    if let projected, let other = other.projected { try body(projected, other) }
    if let state, let other = other.state { try body(state, other) }
    if let cells, let other = other.cells { try body(cells, other) }
  }
}
