import Testing

@testable import Martlet

/// What recurrent layers and packed sequences refuse, and how they print.
@Suite struct RecurrentErrorTests {
  @Test func arguments() {
    func text<Unit>(_ layer: Recurrent<Unit>) -> String {
      errorText { try layer(Tensor.zeros([2, 1, 3])) }
    }
    #expect(text(RNN(3, 0)) == "RNN: hiddenSize must be at least 1, not 0, in RNN")
    #expect(text(GRU(3, 4, layers: 0)) == "GRU: layers must be at least 1, not 0, in GRU")
    #expect(text(GRU(3, 4, layers: -7)) == "GRU: layers must be at least 1, not -7, in GRU")
    #expect(text(LSTM(-1, 4)) == "LSTM: inputSize must be at least 0, not -1, in LSTM")
    #expect(
      text(LSTM(3, 4, dropout: 1.5)) == "LSTM: dropout must be from 0 to 1, not 1.5, in LSTM")
    #expect(
      text(LSTM(3, 4, projectionSize: 4))
        == "LSTM: projectionSize must be at least 0 and less than hiddenSize, not 4, in LSTM")
    #expect(text(RNN(3, .max)).hasPrefix("RNN: sizes must be at most 2^40"))
  }

  @Test func inputs() {
    let lstm = LSTM(3, 4, layers: 2)
    let x = Tensor.zeros([2, 5, 3])
    let state = Tensor.zeros([2, 5, 4])
    #expect(
      errorText { try lstm(Tensor.zeros([2, 5, 4])) }
        == "LSTM: the elements should have [3]: [10, 4], in LSTM")
    #expect(
      errorText { try lstm(Tensor.zeros([3])) }
        == "LSTM: a tensor of 1 dimension, expected 2 or 3, in LSTM")
    #expect(
      errorText { try lstm(x, (state, Tensor.zeros([2, 4, 4]))) }
        == "LSTM: the cells should have [2, 5, 4]: [2, 4, 4], in LSTM")
    #expect(
      errorText { try lstm(x.to(.float64)) }
        == "LSTM: the input and the parameters differ (got float64, float32), in LSTM")
    #expect(
      errorText { try GRUCell(3, 4)(Tensor.zeros([2, 3]), Tensor.zeros([3, 4])) }
        == "GRUCell: the state should have [2, 4]: [3, 4], in GRUCell")
  }

  @Test func packing() throws {
    let x = Tensor.zeros([4, 2, 3])
    #expect(
      errorText { try packPaddedSequence(x, lengths: [2, 4]) }
        == "packPaddedSequence: lengths must not increase (got [2, 4]); pass enforceSorted: false"
        + " to sort them")
    #expect(
      errorText { try packPaddedSequence(x, lengths: [5, 4]) }
        == "packPaddedSequence: a length of 5 where sequences have 1 to 4 steps")
    #expect(
      errorText { try packPaddedSequence(x, lengths: [4]) }
        == "packPaddedSequence: 1 lengths for a batch of 2 sequences")
    #expect(
      errorText { try PackedSequence(Tensor.zeros([3]), batchSizes: [1, 2]) }
        == "PackedSequence: the sizes of steps must be positive and not increase")
    #expect(
      errorText { try PackedSequence(Tensor.zeros([3]), batchSizes: [.max, .max]) }
        == "PackedSequence: the sizes of steps do not add up to the 3 rows of the data")
    #expect(
      errorText {
        try PackedSequence(Tensor.zeros([3]), batchSizes: [2, 1], sortedIndices: [1, 1])
      }
        == "PackedSequence: the indices are no permutation of 0 to 1")
    #expect(
      errorText { try packPaddedSequence(Tensor.zeros([1 << 40, 1, 0]), lengths: [1 << 40]) }
        == "packPaddedSequence: 1 sequences of 1099511627776 steps are more than 2^28 steps together"
    )
    let packed = try packPaddedSequence(x, lengths: [4, 2])
    #expect(
      errorText { try padPackedSequence(packed, totalLength: .max) }
        .hasSuffix("are more than 2^28 steps together"))
    #expect(
      errorText { try padPackedSequence(packed, totalLength: 3) }
        == "padPackedSequence: a total length of 3 for sequences of up to 4 steps")
    #expect(errorText { try padSequence([]) } == "padSequence: there are no sequences")
  }

  @Test func roundTrips() throws {
    let sequences = try [Tensor([1.0, 2]), Tensor([3.0, 4, 5]), Tensor([6.0])]
    let packed = try packSequence(sequences, enforceSorted: false)
    #expect(packed.batchSizes == [3, 2, 1] && packed.sortedIndices == [1, 0, 2])
    #expect(try packed.data == Tensor([3.0, 1, 6, 4, 2, 5]))
    let (padded, lengths) = try padPackedSequence(
      packed, batchFirst: true, paddingValue: -1, totalLength: 4)
    #expect(lengths == [2, 3, 1])
    #expect(try padded == Tensor([[1.0, 2, -1, -1], [3, 4, 5, -1], [6, -1, -1, -1]]))
    #expect(try unpackSequence(packed) == sequences)
    #expect(try unpadSequence(padded, lengths: lengths, batchFirst: true) == sequences)
    #expect(
      try padSequence(sequences, paddingValue: 9, side: .left)
        == Tensor([[9.0, 3, 9], [1, 4, 9], [2, 5, 6]]))
  }

  @Test func descriptions() {
    #expect(
      LSTM(
        3, 4, layers: 2, bias: false, batchFirst: true, dropout: 0.5, bidirectional: true,
        projectionSize: 2
      ).description
        == "LSTM(3, 4, proj_size=2, num_layers=2, bias=False, batch_first=True, dropout=0.5,"
        + " bidirectional=True)")
    #expect(
      RNNCell(3, 4, nonlinearity: .relu).description == "RNNCell(3, 4, nonlinearity=relu)")
  }
}
