import Martlet

/// A layer of LSTM over sequences, and scores of classes from its last output.
package final class LSTMClassifier: Module {
  private let lstm: LSTM
  private let head: Linear

  package init(inputSize: Int, hiddenSize: Int, classes: Int) {
    lstm = LSTM(inputSize, hiddenSize, batchFirst: true)
    head = Linear(hiddenSize, classes)
  }

  /// Scores `[N, classes]` of sequences `[N, T, inputSize]`.
  package func forward(_ x: Tensor) throws -> Tensor {
    try head(lstm(x).output.select(1, -1))
  }
}
