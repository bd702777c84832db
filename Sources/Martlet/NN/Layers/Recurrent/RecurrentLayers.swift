import CKernels

/// A plain recurrent network: `h' = tanh(W x + b + U h + c)`, or with ReLU in place of tanh.
///
/// Elman, "Finding Structure in Time", 1990.
///
///     let rnn = RNN(10, 20, layers: 2)
///     let (y, h) = try rnn(Tensor.randn([5, 3, 10]))  // [5, 3, 20] and [2, 3, 20]
public typealias RNN = Recurrent<ElmanUnit>

/// Long short-term memory: gates i, f and o, new values g; `c' = f c + i g` and `h' = o tanh(c')`.
///
///     i, f, o = sigmoid(W x + b + U h + c)    g = tanh(W x + b + U h + c)
///
/// Hochreiter, Schmidhuber, "Long Short-Term Memory", 1997; Gers, Schmidhuber, Cummins, "Learning
/// to Forget", 2000; with a projection Sak, Senior, Beaufays, "Long Short-Term Memory Based
/// Recurrent Neural Network Architectures for Large Vocabulary Speech Recognition", 2014.
///
///     let lstm = LSTM(10, 20, batchFirst: true)
///     let (y, (h, c)) = try lstm(Tensor.randn([3, 5, 10]))  // [3, 5, 20], [1, 3, 20] twice
public typealias LSTM = Recurrent<LSTMUnit>

/// A gated recurrent unit: `h' = (1 - z) n + z h` with a reset gate r and an update gate z.
///
///     r, z = sigmoid(W x + b + U h + c)    n = tanh(W x + b + r (U h + c))
///
/// Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
/// Translation", 2014.
///
///     let gru = GRU(10, 20, bidirectional: true)
///     let (y, h) = try gru(Tensor.randn([5, 3, 10]))  // [5, 3, 40] and [2, 3, 20]
public typealias GRU = Recurrent<GRUUnit>

extension Recurrent where Unit == ElmanUnit {
  /// A network from `inputSize` to `hiddenSize`.
  ///
  /// - Parameters:
  ///   - inputSize: The width of the input.
  ///   - hiddenSize: The width of states and result.
  ///   - layers: The number of layers.
  ///   - nonlinearity: The function of the units.
  ///   - bias: Whether there are biases.
  ///   - batchFirst: Whether sequences are `[N, T, width]`.
  ///   - dropout: The probability of elements between layers to be dropped while training.
  ///   - bidirectional: Whether each layer also runs from the end to the beginning.
  public convenience init(
    _ inputSize: Int, _ hiddenSize: Int, layers: Int = 1,
    nonlinearity: RecurrentNonlinearity = .tanh,
    bias: Bool = true, batchFirst: Bool = false, dropout: Double = 0, bidirectional: Bool = false
  ) {
    self.init(
      nonlinearity.cell, inputSize, hiddenSize, layers: layers, bias: bias,
      batchFirst: batchFirst, dropout: dropout, bidirectional: bidirectional, projectionSize: 0)
  }
}

extension Recurrent where Unit == LSTMUnit {
  /// A network from `inputSize` to `hiddenSize`, or to the size of the projection.
  ///
  /// - Parameters:
  ///   - inputSize: The width of the input.
  ///   - hiddenSize: The width of cells.
  ///   - layers: The number of layers.
  ///   - bias: Whether there are biases.
  ///   - batchFirst: Whether sequences are `[N, T, width]`.
  ///   - dropout: The probability of elements between layers to be dropped while training.
  ///   - bidirectional: Whether each layer also runs from the end to the beginning.
  ///   - projectionSize: The width to which hidden states are projected; 0 for no projection.
  public convenience init(
    _ inputSize: Int, _ hiddenSize: Int, layers: Int = 1, bias: Bool = true,
    batchFirst: Bool = false, dropout: Double = 0, bidirectional: Bool = false,
    projectionSize: Int = 0
  ) {
    self.init(
      .lstm, inputSize, hiddenSize, layers: layers, bias: bias, batchFirst: batchFirst,
      dropout: dropout, bidirectional: bidirectional, projectionSize: projectionSize)
  }
}

extension Recurrent where Unit == GRUUnit {
  /// A network from `inputSize` to `hiddenSize`.
  ///
  /// - Parameters:
  ///   - inputSize: The width of the input.
  ///   - hiddenSize: The width of states and result.
  ///   - layers: The number of layers.
  ///   - bias: Whether there are biases.
  ///   - batchFirst: Whether sequences are `[N, T, width]`.
  ///   - dropout: The probability of elements between layers to be dropped while training.
  ///   - bidirectional: Whether each layer also runs from the end to the beginning.
  public convenience init(
    _ inputSize: Int, _ hiddenSize: Int, layers: Int = 1, bias: Bool = true,
    batchFirst: Bool = false, dropout: Double = 0, bidirectional: Bool = false
  ) {
    self.init(
      .gru, inputSize, hiddenSize, layers: layers, bias: bias, batchFirst: batchFirst,
      dropout: dropout, bidirectional: bidirectional, projectionSize: 0)
  }
}
