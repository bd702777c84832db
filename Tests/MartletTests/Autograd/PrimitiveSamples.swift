import CKernels

@testable import Martlet

extension PrimitiveSample {
  /// Uses of a primitive that cover its cases and the layouts of its inputs. The switch names every
  /// primitive: a new one does not compile before it has a place here.
  static func samples(of kind: PrimitiveKind) throws -> [PrimitiveSample] {
    switch kind {
    case .unary: try UnaryGradientTests.samples()
    case .binary: try BinaryGradientTests.samples()
    case .ternary: try BinaryGradientTests.ternarySamples()
    case .clamp:
      try each("clamp", [-2...(-1.2), -0.8...0.8, 1.2...2]) { try $0.clamp(min: -1, max: 1) }
        + each("from below", [-2...(-1.2), -0.8...0.8]) { try $0.clamp(min: -1) }
    case .fused: try compositions()
    case .copy: try each("copy") { try $0.clone().square() }
    case .view: try views()
    case .restride:
      [
        PrimitiveSample("overlapping", [try numbers(anywhere, [6])]) {
          try $0[0].asStrided([3, 2], strides: [1, 2], offset: 1).square()
        }
      ]
    case .repeatExamples, .splitExamples, .joinExamples:
      try pairs(
        "vmap", anywhere, anywhere,
        Operand.withDimensions.map { ($0, Operand(name: "[3]", shape: [3]) { $0 }) }
      ) { x, y in try vmap(over: x) { try $0 * y }.square() }
        + each("along the last dimension", anywhere, Operand.withDimensions) { x in
          try vmap(over: x, inDims: [1], outDims: [1]) { row in
            try vmap(over: row) { try $0.square() * row }
          }
        }
    case .embed:
      try each("zeros around", anywhere, Operand.withDimensions) {
        try pad($0, [1, 2]).square()
      }
    case .reduce: try reductions()
    case .scan: try scans()
    case .gather:
      try each("gather", anywhere, Operand.withDimensions.filter { $0.name != "empty" }) {
        try $0.gather(1, Tensor([[0, 0, 2], [1, 2, 2]])).square()
      }
    case .scatter: try scatters()
    case .selectionWrite:
      [
        PrimitiveSample(
          "a slice", [try numbers(anywhere, [3, 4]), try numbers(anywhere, [2, 4], 1)]
        ) {
          var x = try $0[0] * 1
          try x.assign($0[1], at: .slice(by: 2))
          return try x.square()
        }
      ]
    case .concatenate:
      try each("cat", anywhere, Operand.withDimensions) {
        try cat([$0, $0.exp(), $0[.all, 1...], $0], dim: 1).square()
      }
    case .weightedGather: try weightedGathers()
    case .matmul, .linear, .convolution, .convolutionInput, .convolutionWeight:
      try contractions(kind)
    case .maxPool, .maxPoolScatter, .averagePool, .averagePoolSpread: try poolings(kind)
    case .edgePad:
      try [PaddingMode.reflect, .replicate, .circular].flatMap { mode in
        try each("\(mode)", anywhere, Operand.withDimensions.filter { $0.name != "empty" }) {
          try pad($0.unsqueezed(0), [1, 1], mode: mode).square()
        }
      }
    case .resample:
      try each("resized", anywhere, Operand.withDimensions.filter { $0.name != "empty" }) {
        try interpolate($0.unsqueezed(0), size: 5, mode: .linear).square()
      }
    case .softmax:
      try each("softmax", anywhere, Operand.withDimensions) { try $0.softmax(dim: 0) }
        + each("logSoftmax") { try $0.logSoftmax(dim: -1) }
    case .crossEntropy:
      try each("crossEntropy", anywhere, Operand.withDimensions.filter { $0.name != "empty" }) {
        try crossEntropy($0, Tensor([2, 0]), reduction: .none)
      }
    case .layerNormalize, .batchNormalize, .groupNormalize: try normalizations(kind)
    case .cholesky, .lu, .qr, .symmetricEigen, .symmetricEigenvalues, .svd, .singularValues, .eigen,
      .solve, .triangularSolve, .determinant, .pseudoInverse, .matrixExponential, .symmetricRoot:
      try linearAlgebra(kind)
    case .dropout:
      try each("dropout") { x in try withSeed(3) { try Martlet.dropout(x, p: 0.4) } }
    case .attention: try attentions()
    case .recurrence: try recurrences()
    }
  }

  private static func sizes(_ sizes: [Int]) throws -> Dims { try Dims(sizes, operation: "") }

  private static func compositions() throws -> [PrimitiveSample] {
    // Others are computed one operation after the other.
    let operands = try Operand.withDimensions.filter {
      try $0.name != "empty" && $0.arrange(Tensor.zeros($0.shape)).buffer.isDense
    }
    let number = Operand(name: "[]", shape: []) { $0 }
    return try pairs(
      "of two", anywhere, anywhere, operands.flatMap { [($0, $0), ($0, number), (number, $0)] }
    ) { try Fused("of two", inputs: 2, least: 1) { try $0[0].sin() * $0[1].exp() }($0, $1) }
      + pairs("summed", anywhere, anywhere, operands.map { ($0, $0) }) {
        try Fused("summed", sum: true, inputs: 2, least: 1) { try $0[0].square() * $0[1] }($0, $1)
      }
      + each("of one", anywhere, operands) {
        try Fused("of one", least: 1) { try $0[0].sigmoid() * $0[0] }($0)
      }
  }

  private static func views() throws -> [PrimitiveSample] {
    try each("expand") { try $0.expanded([2] + Array($0.shape)).square() }
      + each("permute", anywhere, Operand.withDimensions) { try $0.t().square() }
      + each("reshape") { try $0.reshape([$0.count, 1]).square() }
      + each("slice", anywhere, Operand.withDimensions) { try $0[.all, .slice(by: -2)].square() }
  }

  private static func reductions() throws -> [PrimitiveSample] {
    // Of equal elements, which an expanded operand has, extremes have no derivative.
    let operands = Operand.all.filter { $0.name != "expanded" }
    return try ReductionGradientTests.reductions.flatMap { op -> [PrimitiveSample] in
      guard let domain = ReductionGradientTests.domain(op) else { return [] }
      let isExtreme = op == .max || op == .min
      return try each("\(op)", domain, isExtreme ? operands : Operand.all) {
        try Reduce(op, $0, $0.rank == 0 ? DimSet() : DimSet(1), keepDim: false)($0)
      }
        + each("\(op) of all", domain, operands.filter { $0.name != "empty" }) {
          try Reduce(op, $0, DimSet(all: $0.rank), keepDim: true)($0)
        }
    }
  }

  private static func weightedGathers() throws -> [PrimitiveSample] {
    // Of the positions some are outside, and one comes twice.
    let positions = try Tensor([[[0, 2, 1, -1], [1, 2, 3, 2]], [[1, 1, 0, 2], [2, 0, 2, 1]]])
      .to(.int32)
    let lines = try numbers(anywhere, [2, 3, 3])
    let weights = try numbers(anywhere, [2, 2, 4], 1)
    let gather = WeightedGather(positions: positions.buffer, length: 3)
    return [
      PrimitiveSample("of three", [lines, weights]) { try gather($0[0], $0[1]).square() }
    ]
  }

  private static func attentions() throws -> [PrimitiveSample] {
    let q = try numbers(anywhere, [2, 4, 3, 2])
    let k = try numbers(anywhere, [2, 2, 5, 2], 1)
    let v = try numbers(anywhere, [2, 2, 5, 3], 2)
    let mask = try numbers(anywhere, [3, 5], 3)
    // The last query sees nothing.
    let visible = try Tensor.arange(5) .< Tensor([2, 5, 0]).unsqueezed(1)
    return [
      PrimitiveSample("causal", [q, k, v]) {
        try scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: true, groupedQueries: true)
      },
      PrimitiveSample("numbers added", [q, k, v]) {
        try scaledDotProductAttention($0[0], $0[1], $0[2], mask: mask, groupedQueries: true)
      },
      PrimitiveSample("keys hidden", [q, k, v]) {
        try scaledDotProductAttention(
          $0[0], $0[1], $0[2], mask: visible, scale: 0.3, groupedQueries: true)
      },
      PrimitiveSample("transposed, one head", [try numbers(anywhere, [2, 3]), k, v]) {
        try scaledDotProductAttention($0[0].t(), $0[1], $0[2])
      },
    ]
  }

  private static func scans() throws -> [PrimitiveSample] {
    try [mk_scan_op.sum, .prod, .logSumExp].flatMap { op in
      try each("\(op)", awayFromZero, Operand.withDimensions) { try Scan(op: op, dim: 0)($0) }
        + each("\(op) along the last", awayFromZero, Operand.withDimensions) {
          try Scan(op: op, dim: 1)($0)
        }
    }
  }

  private static func scatters() throws -> [PrimitiveSample] {
    let values = Operand(name: "[2, 3]", shape: [2, 3]) { $0 }
    let operands = Operand.withDimensions.filter { $0.name != "empty" }.map { ($0, values) }
    let places = try Tensor([[0, 0, 2], [2, 1, 1]])
    let distinct = try Tensor([[0, 1, 2], [2, 0, 1]])
    return try pairs("set", anywhere, anywhere, operands) {
      try $0.scatter(1, distinct, $1).square()
    }
      + pairs("add", anywhere, anywhere, operands) { try $0.scatterAdd(1, places, $1).square() }
      + pairs("prod", awayFromZero, awayFromZero, operands) {
        try $0.scatterReduce(1, distinct, $1, .prod)
      }
      // Never equal.
      + pairs("max", [-2...(-1)], [1...2], [operands[0]]) {
        try $0.scatterReduce(1, distinct, $1, .max)
      }
  }

  private static func contractions(_ kind: PrimitiveKind) throws -> [PrimitiveSample] {
    let window = try Window(
      stride: sizes([2, 1]), padding: sizes([1, 0]), dilation: sizes([1, 2]), groups: 2)
    let x = try numbers(anywhere, [2, 4, 3, 4])
    let w = try numbers(anywhere, [2, 2, 2, 2], 1)
    let g = try numbers(anywhere, [2, 2, 2, 2], 2)
    let input = x.sizes
    let weight = w.sizes
    switch kind {
    case .matmul:
      let left = Operand.withDimensions
      let right = Operand(name: "[3, 2]", shape: [3, 2]) { $0 }
      return try pairs("products", anywhere, anywhere, left.map { ($0, right) }) {
        try $0.matmul($1)
      }
        + [
          PrimitiveSample(
            "batches", [try numbers(anywhere, [2, 1, 2, 3]), try numbers(anywhere, [3, 3, 2], 1)]
          ) { try $0[0].matmul($0[1]) }
        ]
    case .linear:
      let bias = try numbers(anywhere, [2], 2)
      return try pairs(
        "with a bias", anywhere, anywhere,
        Operand.withDimensions.map { ($0, Operand(name: "[2, 3]", shape: [2, 3]) { $0 }) }
      ) { try Martlet.linear($0, $1, bias) }
    case .convolution:
      return [
        PrimitiveSample("conv2d", [x, w, try numbers(anywhere, [2], 3)]) {
          try Convolution(window: window, input: input, weight: weight)($0[0], $0[1], $0[2])
        }
      ]
    case .convolutionInput:
      return [
        PrimitiveSample("conv2d", [g, w]) {
          try ConvolutionInput(window: window, input: input, weight: weight)($0[0], $0[1])
        }
      ]
    default:
      return [
        PrimitiveSample("conv2d", [g, x]) {
          try ConvolutionWeight(window: window, input: input, weight: weight)($0[0], $0[1])
        }
      ]
    }
  }

  private static func poolings(_ kind: PrimitiveKind) throws -> [PrimitiveSample] {
    let window = try PoolWindow(
      kernel: sizes([3, 2]), stride: sizes([2, 2]), padding: sizes([1, 0]),
      dilation: sizes([1, 1]),
      output: sizes([2, 2]))
    let x = try numbers(anywhere, [2, 3, 4, 4])
    let g = try numbers(anywhere, [2, 3, 2, 2])
    let input = x.sizes
    switch kind {
    case .maxPool:
      return [
        PrimitiveSample("maxPool2d", [x]) {
          try MaxPool.callAsFunction($0[0], window, withIndices: false).values
        }
      ]
    case .maxPoolScatter:
      guard let indices = try MaxPool.callAsFunction(x, window, withIndices: true).indices else {
        return []
      }
      return [
        PrimitiveSample("maxPool2d", [g]) {
          try MaxPoolScatter(window: window, input: input, indices: indices.buffer)($0[0])
        }
      ]
    case .averagePool:
      return [
        PrimitiveSample("avgPool2d", [x]) {
          try AveragePool(window: window, input: input, countPadding: false)($0[0])
        }
      ]
    default:
      return [
        PrimitiveSample("avgPool2d", [g]) {
          try AveragePoolSpread(window: window, input: input, countPadding: true, divisor: 5)($0[0])
        }
      ]
    }
  }

  private static func normalizations(_ kind: PrimitiveKind) throws -> [PrimitiveSample] {
    let x = try numbers(anywhere, [2, 3, 4])
    if kind == .layerNormalize {
      let weight = try numbers(awayFromZero, [4], 1)
      let bias = try numbers(anywhere, [4], 2)
      return try each("layerNorm", anywhere, Operand.withDimensions) {
        try layerNorm($0, normalizedShape: [3], eps: 0.1)
      } + [
        PrimitiveSample("layerNorm with weight and bias", [x, weight, bias]) {
          try layerNorm($0[0], normalizedShape: [4], weight: $0[1], bias: $0[2])
        },
        PrimitiveSample("rmsNorm", [x, weight]) {
          try rmsNorm($0[0], normalizedShape: [4], weight: $0[1], eps: 0.1)
        },
      ]
    }
    if kind == .groupNormalize {
      let x = try numbers(anywhere, [2, 4, 3])
      return [
        PrimitiveSample(
          "groupNorm", [x, try numbers(awayFromZero, [4], 1), try numbers(anywhere, [4], 2)]
        ) { try groupNorm($0[0], groups: 2, weight: $0[1], bias: $0[2]) },
        PrimitiveSample("groupNorm without weight", [x]) { try groupNorm($0[0], groups: 2) },
      ]
    }
    let weight = try numbers(awayFromZero, [3], 1)
    let bias = try numbers(anywhere, [3], 2)
    return [true, false].map { training in
      PrimitiveSample("training: \(training)", [x, weight, bias]) {
        var mean: Tensor? = try numbers(anywhere, [3], 3)
        var variance: Tensor? = try numbers([0.5...2], [3], 4)
        return try batchNorm(
          $0[0], runningMean: &mean, runningVar: &variance, weight: $0[1], bias: $0[2],
          training: training)
      }
    }
  }
}
