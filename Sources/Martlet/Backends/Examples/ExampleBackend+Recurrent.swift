extension ExampleBackend {
  func recurrence(_ recurrence: Recurrence, _ out: Buffer, _ x: Buffer) throws {
    let examples = try Examples(out)
    let wide = try examples.all(recurrence)
    let (out, x) = (try examples.all(out), try examples.all(x))
    try examples.forEach { one in
      try examples.backend.recurrence(wide.mapped(one), one(out), one(x))
    }
  }

  func recurrenceBackward(
    _ recurrence: Recurrence, _ gradients: RecurrenceGradients, _ dout: Buffer, _ out: Buffer
  ) throws {
    let examples = try Examples(dout)
    let wide = try examples.all(recurrence)
    let all = try gradients.mapped { try examples.all($0) }
    let (dout, out) = (try examples.all(dout), try examples.all(out))
    try examples.forEach { one in
      try examples.backend.recurrenceBackward(
        wide.mapped(one), all.mapped(one), one(dout).contiguous(), one(out))
    }
  }
}

extension Examples {
  fileprivate func all(_ recurrence: Recurrence) throws -> Recurrence {
    try recurrence.mapped { try all($0) }
  }
}

extension Recurrence {
  /// With other buffers in place of all that it refers to.
  fileprivate func mapped(_ body: (Buffer) throws -> Buffer) rethrows -> Recurrence {
    var result = self
    result.weight = try body(weight)
    result.bias = try bias.map(body)
    result.projection = try projection.map(body)
    result.state = try state.map(body)
    result.startCells = try startCells.map(body)
    result.memory = RecurrenceMemory()
    result.memory.gates = try memory.gates.map(body)
    result.memory.cells = try memory.cells.map(body)
    result.memory.unprojected = try memory.unprojected.map(body)
    return result
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
}
