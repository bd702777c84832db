import Glibc
import Testing

@testable import Martlet

@Suite struct LayerTests {
  /// Statistics and their running averages, computed with loops.
  @Test func batchNormRunningStatistics() throws {
    let norm = BatchNorm2d(2, momentum: 0.2)
    let x = try sample([3, 2, 2, 2], 1, dtype: .float32)
    let source = try Naive(x)
    var mean = [0.0, 0.0]
    var variance = [0.0, 0.0]
    for c in 0..<2 {
      let values = positions(of: [3, 2, 2]).map { source[[$0[0], c, $0[1], $0[2]]] }
      mean[c] = values.reduce(0, +) / 12
      variance[c] = values.map { ($0 - mean[c]) * ($0 - mean[c]) }.reduce(0, +) / 12
    }
    let y = try norm(x)
    try expectEqual(
      y,
      Naive(x.shape) { (source[$0] - mean[$0[1]]) / (variance[$0[1]] + 1e-5).squareRoot() },
      tolerance: 1e-5)
    try expectEqual(
      #require(norm.runningMean).value, Naive([2]) { 0.2 * mean[$0[0]] }, tolerance: 1e-6)
    try expectEqual(
      #require(norm.runningVar).value, Naive([2]) { 0.8 + 0.2 * variance[$0[0]] * 12 / 11 },
      tolerance: 1e-6)
    #expect(try #require(norm.numBatchesTracked).value.item() == 1)
    norm.eval()
    let before = norm.stateDict()
    let z = try norm(x)
    let running = (
      try Naive(#require(norm.runningMean).value), try Naive(#require(norm.runningVar).value)
    )
    try expectEqual(
      z,
      Naive(x.shape) {
        (source[$0] - running.0[[$0[1]]]) / (running.1[[$0[1]]] + 1e-5).squareRoot()
      }, tolerance: 1e-5)
    for (name, tensor) in norm.stateDict() { #expect(tensor == before[name], "\(name)") }
  }

  @Test func cumulativeAverage() throws {
    let norm = BatchNorm2d(1, momentum: nil)
    for value in [1.0, 2.0, 6.0] {
      _ = try norm(Tensor([[[[value - 1, value + 1]]]]))
    }
    #expect(abs(try #require(norm.runningMean).value.item() - 3) < 1e-6)
    #expect(abs(try #require(norm.runningVar).value.item() - 2) < 1e-6)
  }

  @Test func pooling() throws {
    let x = try sample([2, 3, 5, 6], 2, dtype: .float32)
    let source = try Naive(x)
    for arrange in [
      { $0 }, { try $0.channelsLast() }, { try $0.transpose(2, 3).contiguous().transpose(2, 3) },
    ]
      as [(Tensor) throws -> Tensor]
    {
      let input = try arrange(x)
      func windows(_ p: [Int], _ kernel: Int, _ stride: Int, _ padding: Int) -> [Double] {
        positions(of: [kernel, kernel]).compactMap { q in
          let (i, j) = (p[2] * stride - padding + q[0], p[3] * stride - padding + q[1])
          return (0..<5).contains(i) && (0..<6).contains(j) ? source[[p[0], p[1], i, j]] : nil
        }
      }
      try expectEqual(
        maxPool2d(input, kernelSize: [2]),
        Naive([2, 3, 2, 3]) { windows($0, 2, 2, 0).max() ?? .nan })
      try expectEqual(
        maxPool2d(input, kernelSize: [3], stride: [2], padding: [1], ceilMode: true),
        Naive([2, 3, 3, 4]) { windows($0, 3, 2, 1).max() ?? .nan })
      try expectEqual(
        avgPool2d(input, kernelSize: [3], stride: [1], padding: [1]),
        Naive(x.shape) { windows($0, 3, 1, 1).reduce(0, +) / 9 }, tolerance: 1e-6)
      try expectEqual(
        avgPool2d(input, kernelSize: [3], stride: [1], padding: [1], countIncludePad: false),
        Naive(x.shape) {
          let inside = windows($0, 3, 1, 1)
          return inside.reduce(0, +) / Double(inside.count)
        }, tolerance: 1e-6)
      try expectEqual(
        adaptiveAvgPool2d(input, outputSize: [2, 4]),
        Naive([2, 3, 2, 4]) { p in
          let rows = p[2] * 5 / 2..<((p[2] + 1) * 5 + 1) / 2
          let columns = p[3] * 6 / 4..<((p[3] + 1) * 6 + 3) / 4
          let cells = rows.flatMap { i in columns.map { source[[p[0], p[1], i, $0]] } }
          return cells.reduce(0, +) / Double(cells.count)
        }, tolerance: 1e-6)
    }
    let (values, indices) = try maxPoolWithIndices(x, spatialRank: 2, kernelSize: [2])
    #expect(try x.flatten(from: 2).gather(2, indices.flatten(from: 2)) == values.flatten(from: 2))
  }

  /// The definition, with the exponentials taken in float64.
  @Test func losses() throws {
    let x = try sample([5, 4], 3, dtype: .float32)
    let source = try Naive(x)
    let labels = [3, 0, -100, 1, 1]
    func loss(_ row: Int) -> Double {
      let sum = (0..<4).reduce(0.0) { $0 + exp(source[[row, $1]]) }
      return -(source[[row, labels[row]]] - log(sum))
    }
    let each = (0..<5).map { labels[$0] < 0 ? 0 : loss($0) }
    let target = try Tensor(labels)
    try expectEqual(
      crossEntropy(x, target, reduction: .none), Naive([5]) { each[$0[0]] }, tolerance: 1e-6)
    #expect(abs(try crossEntropy(x, target).item() - each.reduce(0, +) / 4) < 1e-5)
    #expect(abs(try crossEntropy(x, target, reduction: .sum).item() - each.reduce(0, +)) < 1e-5)
    let weights = [1.0, 2.0, 3.0, 0.5]
    let weighted = (0..<5).map { labels[$0] < 0 ? 0 : weights[labels[$0]] * each[$0] }
    let total = labels.reduce(0.0) { $0 + ($1 < 0 ? 0 : weights[$1]) }
    #expect(
      abs(
        try crossEntropy(x, target, weight: Tensor(weights)).item()
          - weighted.reduce(0, +) / total) < 1e-5)
    // Labels and the probabilities that say the same.
    let sharp = Tensor.eye(4)
    let rows = x.detached()
    #expect(
      try crossEntropy(rows[0..<2], sharp[[3, 0]]).allClose(
        crossEntropy(rows[0..<2], Tensor([3, 0])), rtol: 1e-6))
    // Nothing that counts.
    #expect(try crossEntropy(x[2..<3], Tensor([-100])).item().isNaN)
    // Logits beyond the range of exp.
    #expect(try crossEntropy(Tensor([[1000.0, 0.0]]), Tensor([1])).item() == 1000)
  }
}
