import CKernels
import Foundation
import Testing

@testable import Martlet

/// Recurrent layers against loops over units in Double: widths that fill panels and that do not,
/// batches that threads share by rows and by columns.
@Suite(.serialized) struct RecurrentTests {
  struct Size: Sendable, CustomTestStringConvertible {
    var inputs: Int
    var hidden: Int
    var batch: Int
    var steps: Int
    var testDescription: String { "\(inputs) to \(hidden), \(batch) x \(steps)" }
  }

  static let sizes = [
    Size(inputs: 1, hidden: 1, batch: 1, steps: 1), Size(inputs: 5, hidden: 37, batch: 3, steps: 4),
    Size(inputs: 3, hidden: 64, batch: 37, steps: 2),
    Size(inputs: 7, hidden: 270, batch: 2, steps: 2),
  ]

  /// One layer in one direction.
  private func naive(
    _ kind: String, _ x: Tensor, _ weights: [Tensor], isReversed: Bool
  ) throws -> [[[Double]]] {
    let (steps, batch, inputs) = (x.shape[0], x.shape[1], x.shape[2])
    let hidden = weights[1].shape[1]
    let x = try x.array(of: Double.self)
    let values = try weights.map { try $0.array(of: Double.self) }
    let (w, u, b, c) = (values[0], values[1], values[2], values[3])
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    var all = [[[Double]]](repeating: [], count: steps)
    var h = [[Double]](repeating: [Double](repeating: 0, count: hidden), count: batch)
    var cells = h
    for step in isReversed ? Array((0..<steps).reversed()) : Array(0..<steps) {
      let before = h
      for n in 0..<batch {
        func input(_ row: Int) -> Double {
          (0..<inputs).reduce(b[row]) {
            $0 + w[row * inputs + $1] * x[(step * batch + n) * inputs + $1]
          }
        }
        func recurrent(_ row: Int) -> Double {
          (0..<hidden).reduce(c[row]) { $0 + u[row * hidden + $1] * before[n][$1] }
        }
        for i in 0..<hidden {
          func gate(_ g: Int) -> Double { input(g * hidden + i) + recurrent(g * hidden + i) }
          switch kind {
          case "tanh": h[n][i] = tanh(gate(0))
          case "relu": h[n][i] = max(gate(0), 0)
          case "lstm":
            cells[n][i] = sigmoid(gate(1)) * cells[n][i] + sigmoid(gate(0)) * tanh(gate(2))
            h[n][i] = sigmoid(gate(3)) * tanh(cells[n][i])
          default:
            let last = 2 * hidden + i
            let new = tanh(input(last) + sigmoid(gate(0)) * recurrent(last))
            h[n][i] = (1 - sigmoid(gate(1))) * new + sigmoid(gate(1)) * before[n][i]
          }
        }
      }
      all[step] = h
    }
    return all
  }

  private func expectNear<Unit>(
    _ layer: Recurrent<Unit>, _ kind: String, _ size: Size, _ dtype: DType, _ tolerance: Double
  ) throws {
    try layer.to(dtype: dtype)
    let x = try withSeed(1) { try Tensor.randn([size.steps, size.batch, size.inputs]).to(dtype) }
    let values = layer.weights.map { $0.value.detached() }
    let forth = try naive(kind, x, Array(values[..<4]), isReversed: false)
    let back = try naive(kind, x, Array(values[4...]), isReversed: true)
    for records in [true, false] {
      let y = try Naive(records ? layer(x).output : noGrad { try layer(x).output })
      for step in 0..<size.steps {
        for n in 0..<size.batch {
          for (i, value) in (forth[step][n] + back[step][n]).enumerated() {
            let actual = y[[step, n, i]]
            if abs(actual - value) > tolerance {
              Issue.record(
                "\(kind) \(size), \(dtype): \(actual) for \(value) at \(step), \(n), \(i)")
              return
            }
          }
        }
      }
    }
  }

  @Test(arguments: sizes) func agreesWithLoops(_ size: Size) throws {
    for (dtype, tolerance) in [(DType.float32, 2e-6), (.float64, 1e-12)] {
      try withSeed(0) {
        let (i, h) = (size.inputs, size.hidden)
        try expectNear(RNN(i, h, bidirectional: true), "tanh", size, dtype, tolerance)
        try expectNear(
          RNN(i, h, nonlinearity: .relu, bidirectional: true), "relu", size, dtype, tolerance * 8)
        try expectNear(LSTM(i, h, bidirectional: true), "lstm", size, dtype, tolerance)
        try expectNear(GRU(i, h, bidirectional: true), "gru", size, dtype, tolerance)
      }
    }
  }

  /// Gradients of float32 at sizes where the kernel's blocks and threads come into play, against
  /// float64 by way of tensor operations.
  @Test func gradientsAtSize() throws {
    func gradients<Unit>(_ layer: Recurrent<Unit>, _ dtype: DType, twice: Bool) throws -> [Tensor] {
      try layer.to(dtype: dtype)
      layer.zeroGrad()
      let x = try withSeed(2) { try Tensor.randn([4, 21, 9]).to(dtype).requiringGrad() }
      let (y, state) = try layer(x)
      let (hidden, cells) = Unit.parts(state)
      let loss = try y.square().sum() + hidden.sum() + (cells ?? hidden).sin().sum()
      let found = try Martlet.gradients(
        of: [loss], for: [x] + layer.weights.map(\.value), createGraph: twice)
      return try found.map { try ($0 ?? Tensor.zeros([])).detached().to(.float64) }
    }
    func compare<Unit>(_ layer: Recurrent<Unit>) throws {
      let fast = try gradients(layer, .float32, twice: false)
      let exact = try gradients(layer, .float64, twice: true)
      for (a, b) in zip(fast, exact) {
        let scale = try b.abs().amax().item()
        #expect(try (a - b).abs().amax().item() < 2e-5 * max(scale, 1), "\(layer)")
      }
    }
    try withSeed(3) {
      try compare(RNN(9, 70, layers: 2, bidirectional: true))
      try compare(LSTM(9, 70, layers: 2, bidirectional: true))
      try compare(LSTM(9, 128, bidirectional: true, projectionSize: 40))
      try compare(GRU(9, 70, layers: 2, bidirectional: true))
    }
  }

  /// Every sequence of a packed batch as if it were alone, in any order and from any state.
  @Test func packedSequences() throws {
    func check<Unit>(_ layer: Recurrent<Unit>, _ slice: (Unit.State, Int) throws -> Unit.State)
      throws
    {
      let lengths = [3, 7, 1, 7, 5]
      let sequences = lengths.map { Tensor.randn([$0, 4]) }
      let width = layer.projectionSize > 0 ? layer.projectionSize : layer.hiddenSize
      let count = layer.layers * 2
      let start = try Unit.state(hidden: Tensor.randn([count, 5, width])) {
        Tensor.randn([count, 5, layer.hiddenSize])
      }
      let (packed, last) = try layer(packSequence(sequences, enforceSorted: false), start)
      let outputs = try unpackSequence(packed)
      for (i, sequence) in sequences.enumerated() {
        let (y, state) = try layer(sequence, slice(start, i))
        #expect(try outputs[i].allClose(y, atol: 1e-6), "\(layer), sequence \(i)")
        let (hidden, cells) = Unit.parts(state)
        let (lastHidden, lastCells) = Unit.parts(try slice(last, i))
        #expect(try lastHidden.allClose(hidden, atol: 1e-6), "\(layer), state \(i)")
        if let cells, let lastCells { #expect(try lastCells.allClose(cells, atol: 1e-6)) }
      }
    }
    try withSeed(4) {
      try check(RNN(4, 33, layers: 2, bidirectional: true)) { try $0.select(1, $1) }
      try check(GRU(4, 33, layers: 2, bidirectional: true)) { try $0.select(1, $1) }
      try check(LSTM(4, 33, layers: 2, bidirectional: true, projectionSize: 6)) {
        (try $0.hidden.select(1, $1), try $0.cell.select(1, $1))
      }
    }
  }

  /// Gradients through packed sequences are those of the sequences one by one.
  @Test func packedGradients() throws {
    try withSeed(5) {
      let lstm = LSTM(3, 5, bidirectional: true)
      let sequences = [2, 4, 1].map { Tensor.randn([$0, 3]) }
      let packed = try packSequence(sequences, enforceSorted: false)
      try lstm(packed).output.data.square().sum().backward()
      let together = lstm.weights.map(\.grad)
      lstm.zeroGrad()
      for sequence in sequences { try lstm(sequence).output.square().sum().backward() }
      for (a, b) in zip(together, lstm.weights.map(\.grad)) {
        #expect(try #require(a).allClose(#require(b)))
      }
    }
  }

  @Test func cellsAreSteps() throws {
    try withSeed(6) {
      let lstm = LSTM(4, 6)
      let cell = LSTMCell(4, 6)
      for (a, b) in zip(cell.parameters(), lstm.parameters()) { a.value = b.value }
      let x = Tensor.randn([3, 2, 4])
      let (y, last) = try lstm(x)
      var state: (hidden: Tensor, cell: Tensor)?
      for step in 0..<3 {
        state = try cell(x.select(0, step), state)
        #expect(try #require(state).hidden.allClose(y.select(0, step)))
      }
      #expect(try #require(state).cell.allClose(last.cell.select(0, 0)))
    }
  }

  @Test func dropoutBetweenLayers() throws {
    let x = Tensor.randn([3, 2, 4])
    let gru = GRU(4, 5, layers: 2, dropout: 0.5)
    #expect(try gru(x).output != gru(x).output)
    gru.eval()
    #expect(try gru(x).output == gru(x).output)
  }

  /// Computed in float32 throughout and rounded at the end.
  @Test func halfPrecision() throws {
    try withSeed(7) {
      let lstm = LSTM(4, 40)
      try lstm.to(dtype: .float16)
      let x = try Tensor.randn([9, 2, 4]).to(.float16)
      let y = try lstm(x).output
      #expect(y.dtype == .float16)
      try lstm.to(dtype: .float32)
      #expect(try y == lstm(x.to(.float32)).output.to(.float16))
    }
  }

  /// What the gradient needs is as large as the computation, and is not held any longer than until
  /// the gradient is there.
  @Test func memoryIsReleased() throws {
    let lstm = LSTM(8, 64)
    let x = Tensor.randn([50, 8, 8])
    func loss() throws -> Tensor { try lstm(x).output.sum() }
    try loss().backward()
    lstm.zeroGrad()
    let before = mk_bytes_in_use()
    let kept = try loss()
    let recorded = mk_bytes_in_use() - before
    try kept.backward()
    lstm.zeroGrad()
    #expect(mk_bytes_in_use() < before + recorded / 4)
    #expect(errorText { try kept.backward() }.contains("a second time"))
  }

  /// A loss that is still there holds no weights, which would have to be copied to be changed.
  @Test func weightsAreUpdatedInPlace() throws {
    let lstm = LSTM(4, 5)
    let optimizer = try SGD(lstm.parameters(), learningRate: 0.1)
    let loss = try lstm(Tensor.randn([3, 2, 4])).output.sum()
    try loss.backward()
    let places = lstm.parameters().map { $0.value.buffer.data }
    try withExtendedLifetime(loss) { try optimizer.step() }
    #expect(lstm.parameters().map { $0.value.buffer.data } == places)
  }

  @Test func withoutSequencesOrElements() throws {
    let lstm = LSTM(4, 5)
    let (y, state) = try lstm(Tensor.zeros([3, 0, 4]))
    #expect(y.shape == [3, 0, 5] && state.cell.shape == [1, 0, 5])
    #expect(
      errorText { try lstm(Tensor.zeros([0, 2, 4])) }
        == "LSTM: sequences without elements: [0, 2, 4], in LSTM")
  }

  @Test func nullDevice() throws {
    let gru = GRU(4, 5)
    try gru.to(device: .null)
    let (y, h) = try gru(Tensor.zeros([3, 2, 4], device: .null))
    #expect(y.shape == [3, 2, 5] && h.shape == [1, 2, 5])
    try y.sum().backward()
    #expect(gru.weights[1].grad?.shape == [15, 5])
  }
}
