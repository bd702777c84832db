import CKernels
import Testing

@testable import Martlet

/// Whether any family of kernels gives other bits on two threads than on one. The shapes are large
/// enough that the work is split.
@Suite(.serialized) struct ThreadCountTests {
  struct Family: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let results: @Sendable () throws -> [Tensor]

    init(_ name: String, _ results: @escaping @Sendable () throws -> [Tensor]) {
      testDescription = name
      self.results = results
    }
  }

  static func numbers(_ shape: [Int], _ dtype: DType = .float32) throws -> Tensor {
    try withSeed(7) { try (Tensor.randn(shape, dtype: .float64) * 50).to(dtype) }
  }

  static func positions(_ shape: [Int], below bound: Int) -> Tensor {
    withSeed(8) { Tensor.randint(0..<bound, shape) }
  }

  /// One line, many short ones, few long ones, and columns.
  static let layouts: [([Int], Int)] = [
    ([300_007], 0), ([5003, 61], 1), ([7, 50_021], 1), ([5003, 61], 0), ([40, 97, 83], 1),
  ]
  static let dtypes: [DType] = [.float32, .float64, .float16, .bfloat16, .int64, .int8]

  static func overLayouts(
    _ dtypes: [DType], _ body: @escaping @Sendable (Tensor, Int) throws -> [Tensor]
  ) -> @Sendable () throws -> [Tensor] {
    {
      try layouts.flatMap { shape, dim in
        try dtypes.flatMap { try body(numbers(shape, $0), dim) }
      }
    }
  }

  static let floating: [DType] = [.float32, .float64, .float16, .bfloat16]

  static let families: [Family] = [
    Family("elementwise") {
      let x = try numbers([700, 501])
      let row = try numbers([501])
      return try [x.exp(), x + row, x.t() * 2, x.clamp(min: row), x.where(x .> row, else: 0)]
    },
    Family("copies") {
      let x = try numbers([301, 207, 11])
      return try [
        x.permute(2, 0, 1).contiguous(), x.to(.float16), x.flip(0, 2).contiguous(),
        cat([x, x], dim: 1), x.roll([5, -3], [0, 2]), x.repeatInterleave(3, dim: 1),
      ]
    },
    Family("sums", overLayouts(dtypes) { try [$0.sum($1), $0.sum(), $0.prod($1)] }),
    Family("norms", overLayouts(floating) { try [$0.norm(1, $1), $0.norm(2), $0.var($1)] }),
    Family("extremes", overLayouts(dtypes) { try [$0.amax($1), $0.amin(), $0.argmax($1)] }),
    Family("truth", overLayouts(dtypes) { try [$0.all($1), $0.any(), ($0 .> 100).any($1)] }),
    Family("log-sums", overLayouts(floating) { try [$0.logSumExp($1), $0.softmax(dim: $1)] }),
    Family("running sums", overLayouts(dtypes) { try [$0.cumsum($1), $0.cumprod($1)] }),
    Family(
      "running extremes",
      overLayouts(dtypes) {
        let (values, indices) = try $0.cummax($1)
        return [values, indices]
      }),
    Family("running log-sums", overLayouts(floating) { try [$0.logCumsumExp($1)] }),
    Family(
      "sorting",
      overLayouts(dtypes) { x, dim in
        let (values, order) = try x.sort(dim)
        let (top, places) = try x.topk(7, dim, largest: false)
        return [values, order, top, places]
      }),
    Family(
      "order statistics",
      overLayouts([.float32, .int64]) { x, dim in
        let (mode, place) = try x.mode(dim)
        let (median, middle) = try x.median(dim: dim)
        return [mode, place, median, middle]
      }),
    Family("searching") {
      let edges = try numbers([10_007]).sort().values
      return try [numbers([200_003]).searchSorted(edges), numbers([200_003]).isIn(edges)]
    },
    Family("distinct elements") {
      let x = positions([200_003], below: 5000)
      let found = try x.uniqueWithCounts()
      let rows = try positions([20_001, 5], below: 4).uniqueWithCounts(0)
      return [found.values, found.inverse, found.counts, rows.values, rows.inverse, rows.counts]
    },
    Family("selection by masks") {
      let x = try numbers([300, 1003])
      return try [x.maskedSelect(x .> 0), (x .> 0).nonzero(), x.maskedScatter(x .> 0, x)]
    },
    Family("gathering") {
      let x = try numbers([403, 707])
      return try [
        x.gather(0, positions([403, 707], below: 403)),
        x.gather(1, positions([403, 707], below: 707)),
        x.indexSelect(0, positions([999], below: 403)),
        x.indexSelect(1, positions([999], below: 707)), x.take(positions([300_000], below: 9999)),
      ]
    },
    Family("scattering") {
      let reductions: [Tensor.ScatterReduction] = [.add, .prod, .max, .min, .mean]
      return try [DType.float32, .float16, .int64].flatMap { dtype -> [Tensor] in
        let x = try numbers([403, 707], dtype)
        let line = try numbers([300_000], dtype)
        let places = positions([300_000], below: 1000)
        let start = try numbers([1000], dtype)
        var results = try reductions.flatMap {
          try [
            start.scatterReduce(0, places, line, $0),
            x.scatterReduce(0, positions([403, 707], below: 403), x, $0, includeSelf: false),
            x.scatterReduce(1, positions([403, 707], below: 707), x, $0),
            x.indexReduce(0, positions([403], below: 403), x, $0),
            x.indexReduce(1, positions([707], below: 707), x, $0),
          ]
        }
        results.append(try start.scatter(0, places, line))
        results.append(try start.put(places, line))
        return results
      }
    },
    Family("assignment by index") {
      var x = try numbers([403, 707])
      try x.add(numbers([900, 707]), at: positions([900], below: 403))
      var y = x
      try y.assign(numbers([900]), at: positions([900], below: 403), positions([900], below: 707))
      return [x, y]
    },
    Family("gradients of indexing") {
      let x = try numbers([403, 707]).requiringGrad()
      let read = try x[positions([5000], below: 403)]
      let windows = try x.unfold(1, size: 9, step: 2)
      return try [read, windows].map { try gradients(of: $0.sum(), for: [x])[0] ?? x }
    },
    Family("histograms") {
      let x = try numbers([300_007])
      return try [
        x.histc(bins: 50), x.histogram(.equal(50)).counts,
        positions([300_007], below: 70).bincount(),
      ]
    },
    Family("random numbers") {
      withSeed(3) {
        [
          Tensor.rand([200_003]), Tensor.randn([200_003], dtype: .float64),
          Tensor.exponential([200_003]), Tensor.geometric([200_003], p: 0.3),
          Tensor.cauchy([200_003]), Tensor.logNormal([200_003]),
          Tensor.bernoulli([200_003], p: 0.3), Tensor.randint(0..<77, [200_003], dtype: .int16),
          Tensor.randperm(200_003),
        ]
      }
    },
    Family("dropout") {
      try withSeed(3) { [try dropout(numbers([500, 701]), p: 0.4, training: true)] }
    },
    Family("normalisation") {
      let x = try numbers([16, 24, 37, 41])
      let mean = try batchNormalized(x)
      return try mean + [
        layerNorm(x, normalizedShape: [37, 41]), groupNorm(x, groups: 6), x.softmax(dim: 1),
        x.logSoftmax(dim: 3),
      ]
    },
    // By rows, and by columns.
    Family("recurrence") { try recurrence(batch: 64) + recurrence(batch: 5) },
    Family("pooling") {
      let x = try numbers([8, 16, 41, 43])
      return try [
        maxPool2d(x, kernelSize: [3], stride: [2]), avgPool2d(x, kernelSize: [3], stride: [2]),
      ]
    },
  ]

  private static func recurrence(batch: Int) throws -> [Tensor] {
    try [mk_cell.lstm, .gru].flatMap { cell in
      let x = try (numbers([3 * batch, cell.gates * 200]) / 50).requiringGrad()
      let weight = try numbers([cell.gates * 200, 200]) / 500
      let state = try (numbers([batch, 200]) / 50).requiringGrad()
      let (states, _) = try Recurrence.callAsFunction(
        cell, Recurrence.Operands(x: x, weight: weight, state: state),
        batchSizes: [batch, batch, batch], isReversed: false)
      return try [states.detached()]
        + gradients(of: [states.square().sum()], for: [x, state]).compactMap { $0 }
    }
  }

  private static func batchNormalized(_ x: Tensor) throws -> [Tensor] {
    var mean: Tensor? = Tensor.zeros([x.shape[1]])
    var variance: Tensor? = Tensor.ones([x.shape[1]])
    let y = try batchNorm(x, runningMean: &mean, runningVar: &variance, training: true)
    return [y] + [mean, variance].compactMap { $0 }
  }

  @Test(arguments: families) func sameBits(_ family: Family) throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    func bits(_ count: Int) throws -> [[UInt8]] {
      Threads.count = count
      return try family.results().map { try $0.withUnsafeBytes { Array($0) } }
    }
    let one = try bits(1)
    #expect(!one.isEmpty)
    for (number, (a, b)) in try zip(one, bits(2)).enumerated() where a != b {
      Issue.record("result \(number) of \(family.testDescription) differs on two threads")
    }
  }
}
