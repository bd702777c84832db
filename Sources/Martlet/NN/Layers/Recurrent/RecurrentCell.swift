import CKernels

/// One step of a recurrent network: x `[N, in]` and a state of parts `[N, hidden]` to the next
/// state; or without N.
///
/// Used as `RNNCell`, `LSTMCell` and `GRUCell`. Where all steps are known at once, `RNN`, `LSTM`
/// and `GRU` are many times as fast.
public final class RecurrentCell<Unit: RecurrentUnit>: Module, Sendable {
  /// The input, and the state before.
  public typealias Input = (Tensor, Unit.State?)
  /// The next state.
  public typealias Output = Unit.State

  /// What multiplies inputs, `[gates hidden, in]`.
  public let weightIH: Parameter
  /// What multiplies states, `[gates hidden, hidden]`.
  public let weightHH: Parameter
  /// Added to the product of inputs, `[gates hidden]`.
  public let biasIH: Parameter?
  /// Added to the product of states, `[gates hidden]`.
  public let biasHH: Parameter?
  /// The width of the input.
  public let inputSize: Int
  /// The width of states.
  public let hiddenSize: Int

  private let cell: mk_cell
  private let weights: RecurrentWeights

  init(_ cell: mk_cell, _ inputSize: Int, _ hiddenSize: Int, bias: Bool) {
    var arguments = LayerArguments("\(Unit.name)Cell")
    arguments.require("inputSize", inputSize, atLeast: 0)
    arguments.require("hiddenSize", hiddenSize, atLeast: 0)
    arguments.require(
      hiddenSize <= 1 << 40 && inputSize <= 1 << 40, "sizes must be at most 2^40")
    self.cell = cell
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    weights = RecurrentWeights(
      arguments, cell, inputs: inputSize, hidden: hiddenSize, projection: 0, bias: bias)
    weightIH = weights.input
    weightHH = weights.recurrent
    biasIH = weights.inputBias
    biasHH = weights.recurrentBias
  }

  /// The name of the unit and `Cell`.
  public var layerName: String { "\(Unit.name)Cell" }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    var text = "\(inputSize), \(hiddenSize)"
    if biasIH == nil { text += ", bias=False" }
    if cell == .relu { text += ", nonlinearity=relu" }
    return text
  }

  /// The state after the one given, by default zeros.
  public func callAsFunction(_ x: Tensor, _ state: Unit.State? = nil) throws -> Unit.State {
    try callAsFunction((x, state))
  }

  /// The state after a step.
  ///
  /// - Throws: `TensorError.shape` for what does not fit.
  public func forward(_ input: Input) throws -> Unit.State {
    let (given, state) = input
    let x = try Autocast.low(given)
    try weightIH.value.validate()
    guard x.rank == 1 || x.rank == 2 else {
      throw TensorError.rank(operation: layerName, rank: x.rank, expected: "1 or 2")
    }
    guard x.sizes[x.rank - 1] == inputSize else {
      throw TensorError.shape(
        operation: layerName, shapes: [x.shape],
        reason: "the input should have \(inputSize) columns"
      )
    }
    let rows = try x.rank == 2 ? x : x.unsqueezed(0)
    func checked(_ part: Tensor, _ name: String) throws -> Tensor {
      let part = try Autocast.low(part)
      let shape = Array(x.shape.dropLast()) + [hiddenSize]
      guard part.shape == shape else {
        throw TensorError.shape(
          operation: layerName, shapes: [part.shape], reason: "the \(name) should have \(shape)")
      }
      return try x.rank == 2 ? part : part.unsqueezed(0)
    }
    let parts = state.map(Unit.parts)
    let (hidden, cells) = (
      try (parts?.hidden).map { try checked($0, "state") },
      try (parts?.cell).map { try checked($0, "cells") }
    )
    for tensor in [hidden, cells, rows] {
      guard let tensor, tensor.dtype != weights.dtype else { continue }
      throw TensorError.dtype(
        operation: layerName, dtypes: [tensor.dtype, weights.dtype],
        reason: "the input and the parameters differ")
    }
    let (next, last) = try weights.run(
      cell, rows, batchSizes: [rows.sizes[0]], state: hidden, cells: cells)
    func shaped(_ part: Tensor) throws -> Tensor { try x.rank == 2 ? part : part.squeeze(0) }
    return try Unit.state(hidden: shaped(next)) { try shaped(last ?? next) }
  }
}

/// A step of a plain recurrent network: `h' = tanh(W x + b + U h + c)`, or with ReLU.
///
///     let cell = RNNCell(10, 20)
///     var h = Tensor.zeros([3, 20])
///     for x in steps { h = try cell(x, h) }
public typealias RNNCell = RecurrentCell<ElmanUnit>

/// A step of `LSTM`.
///
///     let cell = LSTMCell(10, 20)
///     let (h, c) = try cell(Tensor.randn([3, 10]))
public typealias LSTMCell = RecurrentCell<LSTMUnit>

/// A step of `GRU`.
///
///     let h = try GRUCell(10, 20)(Tensor.randn([3, 10]))
public typealias GRUCell = RecurrentCell<GRUUnit>

extension RecurrentCell where Unit == ElmanUnit {
  /// A cell from `inputSize` to `hiddenSize`.
  ///
  /// - Parameters:
  ///   - inputSize: The width of the input.
  ///   - hiddenSize: The width of the state.
  ///   - bias: Whether there are biases.
  ///   - nonlinearity: The function of the unit.
  public convenience init(
    _ inputSize: Int, _ hiddenSize: Int, bias: Bool = true,
    nonlinearity: RecurrentNonlinearity = .tanh
  ) {
    self.init(nonlinearity.cell, inputSize, hiddenSize, bias: bias)
  }
}

extension RecurrentCell where Unit == LSTMUnit {
  /// A cell from `inputSize` to `hiddenSize`.
  ///
  /// - Parameters:
  ///   - inputSize: The width of the input.
  ///   - hiddenSize: The width of the state.
  ///   - bias: Whether there are biases.
  public convenience init(_ inputSize: Int, _ hiddenSize: Int, bias: Bool = true) {
    self.init(.lstm, inputSize, hiddenSize, bias: bias)
  }
}

extension RecurrentCell where Unit == GRUUnit {
  /// A cell from `inputSize` to `hiddenSize`.
  ///
  /// - Parameters:
  ///   - inputSize: The width of the input.
  ///   - hiddenSize: The width of the state.
  ///   - bias: Whether there are biases.
  public convenience init(_ inputSize: Int, _ hiddenSize: Int, bias: Bool = true) {
    self.init(.gru, inputSize, hiddenSize, bias: bias)
  }
}
