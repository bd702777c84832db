import Martlet

extension ModuleTable {
  /// Recurrent layers and cells.
  mutating func addRecurrent() {
    add("nn.RNN") { arguments in
      Self.adapter(
        try RNN(
          arguments.int(0, "input_size"), arguments.int(1, "hidden_size"),
          layers: arguments.int(2, "num_layers", default: 1),
          nonlinearity: arguments.nonlinearity(3), bias: arguments.bias(4),
          batchFirst: arguments.bool(5, "batch_first"),
          dropout: arguments.double(6, "dropout", default: 0),
          bidirectional: arguments.bool(7, "bidirectional")),
        state: Self.tensor)
    }
    add("nn.LSTM") { arguments in
      Self.adapter(
        try LSTM(
          arguments.int(0, "input_size"), arguments.int(1, "hidden_size"),
          layers: arguments.int(2, "num_layers", default: 1), bias: arguments.bias(3),
          batchFirst: arguments.bool(4, "batch_first"),
          dropout: arguments.double(5, "dropout", default: 0),
          bidirectional: arguments.bool(6, "bidirectional"),
          projectionSize: arguments.int(7, "proj_size", default: 0)),
        state: Self.pair)
    }
    add("nn.GRU") { arguments in
      Self.adapter(
        try GRU(
          arguments.int(0, "input_size"), arguments.int(1, "hidden_size"),
          layers: arguments.int(2, "num_layers", default: 1), bias: arguments.bias(3),
          batchFirst: arguments.bool(4, "batch_first"),
          dropout: arguments.double(5, "dropout", default: 0),
          bidirectional: arguments.bool(6, "bidirectional")),
        state: Self.tensor)
    }
    addCells()
  }

  private mutating func addCells() {
    add("nn.RNNCell") { arguments in
      Self.adapter(
        cell: try RNNCell(
          arguments.int(0, "input_size"), arguments.int(1, "hidden_size"),
          bias: arguments.truth(2, "bias"),
          nonlinearity: arguments.nonlinearity(3)),
        state: Self.tensor)
    }
    add("nn.LSTMCell") { arguments in
      Self.adapter(
        cell: try LSTMCell(
          arguments.int(0, "input_size"), arguments.int(1, "hidden_size"),
          bias: arguments.truth(2, "bias")),
        state: Self.pair)
    }
    add("nn.GRUCell") { arguments in
      Self.adapter(
        cell: try GRUCell(
          arguments.int(0, "input_size"), arguments.int(1, "hidden_size"),
          bias: arguments.truth(2, "bias")),
        state: Self.tensor)
    }
  }

  private static func adapter<Unit>(
    _ layer: Recurrent<Unit>, state: @escaping (CallArgument) throws -> Unit.State
  ) -> any ModuleUnderTest {
    ModuleAdapter(layer) { layer, inputs in
      let (output, last) = try layer(
        inputs.tensor(0, "input"), inputs[1, "hx"].map { try state($0) })
      return [.tensor(output)] + parts(last, Unit.self)
    }
  }

  private static func adapter<Unit>(
    cell: RecurrentCell<Unit>, state: @escaping (CallArgument) throws -> Unit.State
  ) -> any ModuleUnderTest {
    ModuleAdapter(cell) { cell, inputs in
      parts(
        try cell(inputs.tensor(0, "input"), inputs[1, "hx"].map { try state($0) }), Unit.self)
    }
  }

  private static func parts<Unit: RecurrentUnit>(_ state: Unit.State, _ unit: Unit.Type) -> [Output]
  {
    let (hidden, cell) = Unit.parts(state)
    return [.tensor(hidden)] + (cell.map { [.tensor($0)] } ?? [])
  }

  private static func tensor(_ argument: CallArgument) throws -> Tensor { try argument.tensor() }

  private static func pair(_ argument: CallArgument) throws -> (hidden: Tensor, cell: Tensor) {
    let parts = try argument.tensors()
    guard parts.count == 2 else { throw Inexpressible("a state of \(parts.count) tensors") }
    return (parts[0], parts[1])
  }
}

extension Arguments {
  fileprivate func nonlinearity(_ position: Int) throws -> RecurrentNonlinearity {
    switch try string(position, "nonlinearity", default: "tanh") {
    case "tanh": .tanh
    case "relu": .relu
    case let other: throw Inexpressible("nonlinearity \(other)")
    }
  }

  /// Any text is true where PyTorch asks for a condition alone.
  fileprivate func truth(_ position: Int, _ name: String) throws -> Bool {
    if let argument = self[position, name], case .string(let text) = argument.value {
      return !text.isEmpty
    }
    return try bool(position, name, default: true)
  }

  /// A number is none in Swift.
  fileprivate func bias(_ position: Int) throws -> Bool {
    if let argument = self[position, "bias"], case .int = argument.value {
      throw Inexpressible("bias: a number")
    }
    return try bool(position, "bias", default: true)
  }
}
