import CKernels

/// A recurrent network of one or more layers: sequences `[T, N, in]`, result `[T, N, directions
/// out]` and the last state of every layer and direction, `[layers directions, N, out]`. `out` is
/// the hidden size, or the size of the projection.
///
/// Used as `RNN`, `LSTM` and `GRU`, which are called with sequences of equal length (a tensor) or a
/// `PackedSequence`, and a state to start from (by default zeros).
public final class Recurrent<Unit: RecurrentUnit>: Module, TrainingDependent, Sendable {
  /// Sequences, and the state to start from.
  public typealias Input = (SequenceBatch, Unit.State?)
  /// The last layer's states of all steps, and the last state of every layer and direction.
  public typealias Output = (SequenceBatch, Unit.State)

  /// All parameters, under PyTorch's names: of layer 0 `weight_ih_l0` `[gates hidden, in]`,
  /// `weight_hh_l0` `[gates hidden, out]`, `bias_ih_l0`, `bias_hh_l0` and, with a projection,
  /// `weight_hr_l0` `[out, hidden]`; then those of the other direction, whose names end in
  /// `_reverse`; then those of the next layer.
  public let weights: [Parameter]
  /// The width of the input.
  public let inputSize: Int
  /// The width of states, before a projection.
  public let hiddenSize: Int
  /// How many layers there are, each given the result of the one before.
  public let layers: Int
  /// Whether the gates have biases.
  public let bias: Bool
  /// Whether sequences are `[N, T, width]`.
  public let batchFirst: Bool
  /// The probability of elements between layers to be dropped while training.
  public let dropout: Double
  /// Whether each layer also runs from the end to the beginning.
  public let bidirectional: Bool
  /// The width to which states are projected; 0 without a projection.
  public let projectionSize: Int
  /// Whether elements are dropped.
  public let mode = TrainingMode()

  private let cell: mk_cell
  private let parts: [RecurrentWeights]

  init(
    _ cell: mk_cell, _ inputSize: Int, _ hiddenSize: Int, layers: Int, bias: Bool,
    batchFirst: Bool, dropout: Double, bidirectional: Bool, projectionSize: Int
  ) {
    var arguments = LayerArguments(Unit.name)
    arguments.require("inputSize", inputSize, atLeast: 0)
    arguments.require("hiddenSize", hiddenSize, atLeast: 1)
    arguments.require("layers", layers, atLeast: 1)
    arguments.require(
      dropout >= 0 && dropout <= 1, "dropout must be from 0 to 1, not \(dropout)")
    arguments.require(
      projectionSize >= 0 && projectionSize < max(hiddenSize, 1),
      "projectionSize must be at least 0 and less than hiddenSize, not \(projectionSize)")
    arguments.require(
      hiddenSize <= 1 << 40 && inputSize <= 1 << 40, "sizes must be at most 2^40")
    self.cell = cell
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.bias = bias
    self.batchFirst = batchFirst
    self.dropout = dropout
    self.bidirectional = bidirectional
    self.projectionSize = projectionSize
    let directions = bidirectional ? 2 : 1
    let width = projectionSize > 0 ? projectionSize : hiddenSize
    // Without a layer one still carries the error.
    parts = (0..<max(layers, 1)).flatMap { layer in
      (0..<directions).map { direction in
        RecurrentWeights(
          arguments, cell, inputs: layer == 0 ? inputSize : width &* directions,
          hidden: hiddenSize, projection: projectionSize, bias: bias,
          suffix: "_l\(layer)" + (direction == 1 ? "_reverse" : ""))
      }
    }
    weights = parts.flatMap(\.all)
  }

  /// The name of the unit.
  public var layerName: String { Unit.name }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    var text = "\(inputSize), \(hiddenSize)"
    if projectionSize != 0 { text += ", proj_size=\(projectionSize)" }
    if layers != 1 { text += ", num_layers=\(layers)" }
    if !bias { text += ", bias=False" }
    if batchFirst { text += ", batch_first=True" }
    if dropout != 0 { text += ", dropout=\(dropout.literal)" }
    if bidirectional { text += ", bidirectional=True" }
    return text
  }

  /// Runs through sequences of equal length.
  ///
  /// - Parameters:
  ///   - x: `[T, N, in]`, `[N, T, in]` with `batchFirst`, or one sequence `[T, in]`.
  ///   - state: What every layer and direction starts from, `[layers directions, N, out]` each
  ///     part, cells `[layers directions, N, hidden]`; without N for one sequence. By default
  ///     zeros.
  /// - Returns: The last layer's states in the shape of x, both directions side by side; and the
  ///   last states in the shape of `state`.
  /// - Throws: `TensorError.shape` for what does not fit.
  public func callAsFunction(_ x: Tensor, _ state: Unit.State? = nil) throws -> (
    output: Tensor, state: Unit.State
  ) {
    let (output, last) = try callAsFunction((.padded(x), state))
    guard case .padded(let tensor) = output else {
      throw TensorError.argument(operation: Unit.name, reason: "a hook has packed the output")
    }
    return (tensor, last)
  }

  /// Runs through sequences of different lengths, each to its own end.
  ///
  /// - Parameters:
  ///   - x: The sequences, elements `[in]`.
  ///   - state: As for sequences of equal length, in the original order of the sequences.
  public func callAsFunction(_ x: PackedSequence, _ state: Unit.State? = nil) throws -> (
    output: PackedSequence, state: Unit.State
  ) {
    let (output, last) = try callAsFunction((.packed(x), state))
    guard case .packed(let sequence) = output else {
      throw TensorError.argument(operation: Unit.name, reason: "a hook has unpacked the output")
    }
    return (sequence, last)
  }

  /// The layer's result, of packed or padded sequences.
  public func forward(_ input: Input) throws -> Output {
    switch input.0 {
    case .packed(let packed):
      let (data, state) = try run(
        packed.data, batchSizes: packed.batchSizes, order: packed.sortedIndices,
        start(input.1, batch: packed.batchSizes.first ?? 0, isBatched: true))
      return (.packed(packed.with(data)), state)
    case .padded(let x):
      guard x.rank == 2 || x.rank == 3 else {
        throw TensorError.rank(operation: Unit.name, rank: x.rank, expected: "2 or 3")
      }
      let isBatched = x.rank == 3
      let steps = try isBatched ? (batchFirst ? x.transpose(0, 1) : x) : x.unsqueezed(1)
      let (count, batch) = (steps.sizes[0], steps.sizes[1])
      guard count > 0 else {
        throw TensorError.shape(
          operation: Unit.name, shapes: [x.shape], reason: "sequences without elements")
      }
      let rows = try checkedRows(count, batch, Unit.name)
      let (data, state) = try run(
        steps.reshape([rows, steps.sizes[2]]),
        batchSizes: [Int](repeating: batch, count: count), order: nil,
        start(input.1, batch: batch, isBatched: isBatched))
      let output = try data.reshape([count, batch, data.sizes[1]])
      if isBatched { return (.padded(try batchFirst ? output.transpose(0, 1) : output), state) }
      let (hidden, cells) = Unit.parts(state)
      return (
        .padded(try output.squeeze(1)),
        try Unit.state(hidden: hidden.squeeze(1)) { try (cells ?? hidden).squeeze(1) }
      )
    }
  }

  /// The parts of a state to start from, with a batch dimension.
  private func start(_ state: Unit.State?, batch: Int, isBatched: Bool) throws -> (
    hidden: Tensor?, cells: Tensor?
  ) {
    guard let state else { return (nil, nil) }
    let (hidden, cells) = Unit.parts(state)
    func checked(_ part: Tensor, _ name: String, _ width: Int) throws -> Tensor {
      let part = try Autocast.low(part)
      let shape = isBatched ? [parts.count, batch, width] : [parts.count, width]
      guard part.shape == shape else {
        throw TensorError.shape(
          operation: Unit.name, shapes: [part.shape], reason: "the \(name) should have \(shape)")
      }
      guard part.dtype == parts[0].dtype else {
        throw TensorError.dtype(
          operation: Unit.name, dtypes: [part.dtype, parts[0].dtype],
          reason: "the \(name) and the parameters differ")
      }
      return try isBatched ? part : part.unsqueezed(1)
    }
    return (
      try checked(hidden, "state", projectionSize > 0 ? projectionSize : hiddenSize),
      try cells.map { try checked($0, "cells", hiddenSize) }
    )
  }

  /// All layers on `[rows, in]`. `order` says where in the original batch sequences stand.
  private func run(
    _ x: Tensor, batchSizes: [Int], order: [Int]?, _ start: (hidden: Tensor?, cells: Tensor?)
  ) throws -> (Tensor, Unit.State) {
    try weights[0].value.validate()
    let x = try Autocast.low(x)
    guard x.rank == 2, x.sizes[1] == inputSize else {
      throw TensorError.shape(
        operation: Unit.name, shapes: [x.shape], reason: "the elements should have [\(inputSize)]")
    }
    guard x.dtype == parts[0].dtype else {
      throw TensorError.dtype(
        operation: Unit.name, dtypes: [x.dtype, parts[0].dtype],
        reason: "the input and the parameters differ")
    }
    func sorted(_ state: Tensor?) throws -> [Tensor]? {
      guard let state else { return nil }
      return try
        (order.map { try state.indexSelect(1, Tensor($0).to(device: state.device)) }
        ?? state).unbind(0)
    }
    let (hidden, cells) = (try sorted(start.hidden), try sorted(start.cells))
    let directions = bidirectional ? 2 : 1
    var rows = x
    var lastStates: [Tensor] = []
    var lastCells: [Tensor] = []
    for layer in 0..<layers {
      if layer > 0 { rows = try Martlet.dropout(rows, p: dropout, training: isTraining) }
      var results: [Tensor] = []
      for direction in 0..<directions {
        let index = layer * directions + direction
        let (states, last) = try parts[index].run(
          cell, rows, batchSizes: batchSizes, isReversed: direction == 1, state: hidden?[index],
          cells: cells?[index])
        results.append(states)
        lastStates.append(
          try states.rows(Self.lastRows(batchSizes, isReversed: direction == 1)))
        if let last { lastCells.append(last) }
      }
      rows = try directions == 1 ? results[0] : cat(results, dim: 1)
    }
    func collected(_ states: [Tensor]) throws -> Tensor {
      let all = try stack(states)
      return try order.map {
        try all.indexSelect(1, Tensor($0.inverted).to(device: all.device))
      } ?? all
    }
    return (rows, try Unit.state(hidden: collected(lastStates)) { try collected(lastCells) })
  }

  /// The row of each sequence's last step in the direction of the run.
  private static func lastRows(_ batchSizes: [Int], isReversed: Bool) -> [Int] {
    guard let batch = batchSizes.first else { return [] }
    if isReversed { return Array(0..<batch) }
    var rows = [Int](repeating: 0, count: batch)
    var start = 0
    for size in batchSizes {
      for row in 0..<size { rows[row] = start + row }
      start += size
    }
    return rows
  }
}
