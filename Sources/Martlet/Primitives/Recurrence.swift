import CKernels

/// All steps of one direction of a recurrent layer, given what its inputs contribute to the gates.
///
/// Elman, "Finding Structure in Time", 1990; Hochreiter, Schmidhuber, "Long Short-Term Memory",
/// 1997; Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", 2014.
struct Recurrence: Primitive {
  var cell: mk_cell
  /// From the last step to the first.
  var isReversed: Bool
  /// How many sequences go on to each step, longest first.
  var batchSizes: [Int]
  /// The size of what passes from step to step.
  let width: Int
  let hiddenSize: Int
  /// What it computes with, and keeps for the gradient; nil when that has been followed.
  private var held: RecurrenceBuffers?

  static var kind: PrimitiveKind { .recurrence }
  var name: String {
    switch cell {
    case .tanh, .relu: "rnn"
    case .lstm: "lstm"
    case .gru: "gru"
    }
  }
  var fusion: FusionClass { .opaque }

  init(cell: mk_cell, isReversed: Bool, batchSizes: [Int], _ buffers: RecurrenceBuffers) {
    self.cell = cell
    self.isReversed = isReversed
    self.batchSizes = batchSizes
    width = buffers.weight.sizes[1]
    hiddenSize = buffers.weight.sizes[0] / cell.gates
    held = buffers
  }

  var buffers: RecurrenceBuffers {
    get throws {
      guard let held else { throw TensorError.autograd("\(name): its weights were freed") }
      return held
    }
  }

  /// The same with other buffers.
  func with(_ buffers: RecurrenceBuffers) -> Recurrence {
    var other = self
    other.held = buffers
    return other
  }

  mutating func release() { held = nil }

  /// The steps of all sequences together.
  var rows: Int { batchSizes.reduce(0, +) }
  var batch: Int { batchSizes.first ?? 0 }

  /// What a recurrence is applied to. Shapes have been checked; all have one dtype, float32 or
  /// float64, and there is at least one step.
  struct Operands {
    /// `[rows, gates hidden]`.
    var x: Tensor
    var weight: Tensor
    var bias: Tensor?
    var projection: Tensor?
    var state: Tensor?
    var cells: Tensor?

    /// The same on one device.
    func aligned(_ operation: String) throws -> Operands {
      let present = [bias, projection, state, cells].compactMap { $0 }
      var all = try Martlet.aligned([x, weight] + present, operation).makeIterator()
      var wide = self
      wide.x = all.next() ?? x
      wide.weight = all.next() ?? weight
      if bias != nil { wide.bias = all.next() }
      if projection != nil { wide.projection = all.next() }
      if state != nil { wide.state = all.next() }
      if cells != nil { wide.cells = all.next() }
      return wide
    }

    /// What is missing stands as a constant that nothing reads.
    var inOrder: [Tensor] {
      let none = Tensor(x.buffer)
      return [x, weight, bias ?? none, projection ?? none, state ?? none, cells ?? none]
    }
  }

  /// The states of all rows, `[rows, width]`, and with an LSTM the last cell of each sequence,
  /// `[batch, hidden]`.
  static func callAsFunction(
    _ cell: mk_cell, _ operands: Operands, batchSizes: [Int], isReversed: Bool
  ) throws -> (states: Tensor, cells: Tensor?) {
    let operands = try operands.aligned("rnn")
    var buffers = RecurrenceBuffers(
      weight: operands.weight.buffer, bias: operands.bias?.buffer,
      projection: operands.projection?.buffer, state: operands.state?.buffer,
      startCells: operands.cells?.buffer, x: operands.x.buffer)
    let inputs = operands.inOrder
    let (rows, hidden) = (operands.x.sizes[0], buffers.weight.sizes[0] / cell.gates)
    func buffer(_ sizes: Int...) throws -> Buffer {
      try Buffer(Dims(sizes, operation: "rnn"), operands.x.dtype, operands.x.target)
    }
    if Mode.isRecording, inputs.contains(where: { $0.history != nil }) {
      if cell == .lstm || cell == .gru { buffers.gates = try buffer(rows, 4 * hidden) }
      if cell == .lstm { buffers.cells = try buffer(rows, hidden) }
    }
    if buffers.projection != nil { buffers.unprojected = try buffer(rows, hidden) }
    let primitive = Recurrence(
      cell: cell, isReversed: isReversed, batchSizes: batchSizes, buffers)
    let width = primitive.width
    let states = rows * width
    let out = try buffer(states + (cell == .lstm ? primitive.batch * hidden : 0))
    try out.backend.recurrence(primitive, out, operands.x.buffer)
    let all = try primitive.record(out, inputs: inputs)
    guard cell == .lstm else { return (try all.reshape([rows, width]), nil) }
    return (
      try all.narrow(0, start: 0, length: states).reshape([rows, width]),
      try all.narrow(0, start: states, length: primitive.batch * hidden)
        .reshape([primitive.batch, hidden])
    )
  }

  func saves(_ needs: Needs) -> Saves { .output }

  func backward(_ g: Tensor, _ record: Recorded<Recurrence>) throws {
    let buffers = try buffers
    if Mode.isRecording {
      let inputs = zip(buffers.inOrder, record.moreEdges).map { buffer, edge in
        buffer.map { Tensor($0, edge) }
      }
      let present = inputs.indices.filter { inputs[$0] != nil }
      let (_, pullback) = try vjp(at: present.compactMap { inputs[$0] }) { tensors in
        var all = [Tensor?](repeating: nil, count: inputs.count)
        for (position, tensor) in zip(present, tensors) { all[position] = tensor }
        return [try composed(all)]
      }
      for (position, gradient) in zip(present, try pullback([g])) {
        try record.send(position, gradient)
      }
      return
    }
    let g = try g.along(buffers.weight, name)
    let gradients = try RecurrenceGradients(
      self, like: buffers.weight, wantsState: record.wants(4), g.target)
    let out = try record.output.buffer
    try g.buffer.backend.recurrenceBackward(self, gradients, g.buffer.contiguous(), out)
    let states = try Tensor(out).narrow(0, start: 0, length: rows * width)
      .reshape([rows, width])
    let recurrent = Tensor(gradients.recurrent)
    try record.send(0, Tensor(gradients.x))
    try record.send(1, weightGradient(buffers, recurrent, states))
    try record.send(2, recurrent.narrow(1, start: 2 * hiddenSize, length: hiddenSize).sum(0))
    if let projected = gradients.projected, let unprojected = buffers.unprojected {
      try record.send(3, Tensor(projected).transposedMatrix().matmul(Tensor(unprojected)))
    }
    if let state = gradients.state { try record.send(4, Tensor(state)) }
    if let cells = gradients.cells { try record.send(5, Tensor(cells)) }
  }

  /// The products of the gradients of all rows with the states before them, as one or two.
  private func weightGradient(
    _ buffers: RecurrenceBuffers, _ recurrent: Tensor, _ states: Tensor
  ) throws -> Tensor {
    let weight = buffers.weight
    let links = StepLinks(batchSizes, isReversed: isReversed)
    var gradient: Tensor?
    if !links.later.isEmpty {
      gradient = try recurrent.rows(links.later).transposedMatrix()
        .matmul(states.rows(links.earlier))
    }
    if let state = buffers.state {
      let first = try recurrent.rows(links.first).transposedMatrix()
        .matmul(Tensor(state).rows(links.firstStates))
      gradient = try gradient.map { try $0 + first } ?? first
    }
    return try gradient ?? Tensor.zeros(weight.sizes, weight.dtype, weight.device)
  }
}

/// What a recurrence computes with, and what it keeps for its gradient.
struct RecurrenceBuffers {
  /// What multiplies states, `[gates hidden, width]`.
  var weight: Buffer
  /// Added to the states' part of a GRU's last gate, `[hidden]`.
  var bias: Buffer?
  /// What states are multiplied by before they are passed on, `[width, hidden]`; LSTM alone.
  var projection: Buffer?
  /// The states to start from, `[batch, width]`; nil for zeros.
  var state: Buffer?
  /// The cells to start from, `[batch, hidden]`; nil for zeros.
  var startCells: Buffer?
  /// The inputs' part of the gates, for derivatives of derivatives.
  var x: Buffer?
  /// Kept: the gates of all rows,
  var gates: Buffer?
  /// an LSTM's cells of all rows,
  var cells: Buffer?
  /// the states of all rows before the projection.
  var unprojected: Buffer?

  /// The inputs, in the order in which they are recorded.
  var inOrder: [Buffer?] { [x, weight, bias, projection, state, startCells] }
}

/// Where the gradient of a recurrence is written.
struct RecurrenceGradients {
  /// Of the inputs' part of the gates, `[rows, gates hidden]`.
  var x: Buffer
  /// Of the states' part: the same, but for a GRU's last gate.
  var recurrent: Buffer
  /// Of the projections of all rows.
  var projected: Buffer?
  /// Of the states to start from.
  var state: Buffer?
  /// Of the cells to start from.
  var cells: Buffer?

  /// - Parameter weight: That of the recurrence.
  init(_ recurrence: Recurrence, like weight: Buffer, wantsState: Bool, _ device: Device) throws {
    let dtype = weight.dtype
    func buffer(_ sizes: Int...) throws -> Buffer {
      try Buffer(Dims(sizes, operation: recurrence.name), dtype, device)
    }
    let (rows, width) = (recurrence.rows, recurrence.width)
    let columns = weight.sizes[0]
    // Rows a multiple of a page apart would compete for the same places in the cache.
    let spare = columns * dtype.itemSize % 4096 == 0 ? 64 / dtype.itemSize : 0
    let wide = try buffer(rows, columns + spare)
    func shortened(_ wide: Buffer) -> Buffer {
      var sizes = wide.sizes
      sizes[1] = columns
      return Buffer(viewing: wide, sizes, strides: wide.strides, offset: 0)
    }
    x = shortened(wide)
    recurrent = recurrence.cell == .gru ? shortened(try buffer(rows, columns + spare)) : x
    projected = try recurrence.buffers.projection == nil ? nil : buffer(rows, width)
    state = wantsState ? try buffer(recurrence.batch, width) : nil
    cells = recurrence.cell == .lstm ? try buffer(recurrence.batch, recurrence.hiddenSize) : nil
  }
}

/// Which rows of a packed batch follow which.
struct StepLinks {
  /// Rows that start from another, and those others, in the same order.
  private(set) var later: [Int] = []
  private(set) var earlier: [Int] = []
  /// Rows at which a sequence starts, and its place in the batch.
  private(set) var first: [Int] = []
  private(set) var firstStates: [Int] = []

  init(_ batchSizes: [Int], isReversed: Bool) {
    var starts: [Int] = []
    var rows = 0
    for size in batchSizes {
      starts.append(rows)
      rows += size
    }
    for step in batchSizes.indices {
      let before = isReversed ? step + 1 : step - 1
      let going =
        batchSizes.indices.contains(before) ? min(batchSizes[before], batchSizes[step]) : 0
      for row in 0..<going {
        later.append(starts[step] + row)
        earlier.append(starts[before] + row)
      }
      for row in going..<batchSizes[step] {
        first.append(starts[step] + row)
        firstStates.append(row)
      }
    }
  }
}

extension Tensor {
  /// The slices of the first dimension at some positions: a view if they follow each other.
  func rows(_ positions: [Int]) throws -> Tensor {
    let start = positions.first ?? 0
    if positions.enumerated().allSatisfy({ $1 == start + $0 }) {
      return try narrow(0, start: start, length: positions.count)
    }
    return try indexSelect(0, Tensor(positions).to(device: device))
  }
}

extension mk_cell {
  /// Into how many parts its weights are divided.
  var gates: Int {
    switch self {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru: 3
    }
  }
}
