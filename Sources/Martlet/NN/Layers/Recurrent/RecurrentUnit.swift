import CKernels

/// What distinguishes the recurrent layers: the state that passes from one step to the next.
///
/// See `RNN`, `LSTM` and `GRU`.
public protocol RecurrentUnit: Sendable {
  /// What passes from step to step.
  associatedtype State: Sendable = Tensor
  /// The name of the layer.
  static var name: String { get }
  /// A state of its parts; `cell` is made only where there is one.
  static func state(hidden: Tensor, cell: () throws -> Tensor) throws -> State
  /// The parts of a state; cells are nil where there are none.
  static func parts(_ state: State) -> (hidden: Tensor, cell: Tensor?)
}

extension RecurrentUnit where State == Tensor {
  /// The hidden state alone.
  public static func state(hidden: Tensor, cell: () throws -> Tensor) -> Tensor { hidden }
  /// The hidden state alone.
  public static func parts(_ state: Tensor) -> (hidden: Tensor, cell: Tensor?) { (state, nil) }
}

/// `h' = f(W x + b + U h + c)`, with tanh or ReLU for f: see `RNN`.
public enum ElmanUnit: RecurrentUnit {
  /// RNN.
  public static let name = "RNN"
}

/// A unit with a reset and an update gate: see `GRU`.
public enum GRUUnit: RecurrentUnit {
  /// GRU.
  public static let name = "GRU"
}

/// A unit with a cell that gates protect: see `LSTM`.
public enum LSTMUnit: RecurrentUnit {
  /// The hidden state, which is the output too, and the cells behind it.
  public typealias State = (hidden: Tensor, cell: Tensor)
  /// LSTM.
  public static let name = "LSTM"
  /// Both parts.
  public static func state(hidden: Tensor, cell: () throws -> Tensor) throws -> State {
    (hidden, try cell())
  }
  /// Both parts.
  public static func parts(_ state: State) -> (hidden: Tensor, cell: Tensor?) {
    (state.hidden, state.cell)
  }
}

/// The function of a plain recurrent unit.
public enum RecurrentNonlinearity: Sendable {
  /// The hyperbolic tangent.
  case tanh
  /// `max(x, 0)`.
  case relu

  var cell: mk_cell { self == .tanh ? .tanh : .relu }
}

/// Sequences in one of the forms that recurrent layers take.
public enum SequenceBatch: Sendable {
  /// Of equal length: `[T, N, width]`, `[N, T, width]` with `batchFirst`, or one as `[T, width]`.
  case padded(Tensor)
  /// Of different lengths.
  case packed(PackedSequence)
}
