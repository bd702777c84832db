import Testing

@testable import Martlet

/// Functions of networks where the conformance data is silent: other ways of writing arguments,
/// identities, sums over all alignments, and errors.
@Suite struct FunctionalTests {
  @Test func numbersForAllDimensions() throws {
    let x = Tensor.randn([2, 3, 9, 8])
    let w = Tensor.randn([4, 3, 3, 2])
    let kernel = 3
    #expect(try maxPool2d(x, kernelSize: kernel) == maxPool2d(x, kernelSize: [3, 3]))
    #expect(
      try avgPool2d(x, kernelSize: [kernel, 2], stride: 1)
        == avgPool2d(x, kernelSize: [3, 2], stride: [1, 1]))
    #expect(
      try conv2d(x, w, stride: 2, padding: kernel / 2)
        == conv2d(x, w, stride: [2, 2], padding: [1, 1]))
    #expect(try conv2d(x, w, padding: .valid) == conv2d(x, w))
    #expect(
      try adaptiveAvgPool2d(x, outputSize: [nil, 1])
        == adaptiveAvgPool2d(x, outputSize: [9, 1]))
    #expect(Conv2d(3, 4, kernelSize: 3, padding: .same).extraDescription.contains("padding=same"))
  }

  @Test func samePadding() throws {
    let x = Tensor.randn([2, 3, 9, 8])
    let w = Tensor.randn([4, 3, 3, 2])
    // The odd zero goes to the end.
    let y = try conv2d(x, w, padding: .same)
    #expect(y.shape == [2, 4, 9, 8])
    #expect(try y.allClose(conv2d(pad(x, [0, 1, 1, 1]), w), atol: 1e-4))
    #expect(try conv2d(x, w, padding: .same, dilation: [1, 3]).shape == [2, 4, 9, 8])
    #expect(
      errorText { try conv2d(x, w, stride: 2, padding: .same) }
        == "conv2d: the padding .same needs a stride of 1, not 2")
    #expect(
      errorText { try conv2d(x, w, padding: [1, 2, 3]) }
        == "conv2d: padding [1, 2, 3] does not fit 2 dimensions")
  }

  @Test(arguments: [(2, 1, 0, 1), (3, 1, 1, 2), (2, 2, 1, 2), (3, 1, 0, 3)])
  func foldIsTheTransposeOfUnfold(
    _ kernel: Int, _ dilation: Int, _ padding: Int, _ stride: Int
  ) throws {
    let x = Tensor.randn([2, 3, 7, 6], dtype: .float64)
    let columns = try unfold(
      x, kernelSize: kernel, dilation: dilation, padding: padding, stride: stride)
    let y = try columns.randnLike()
    let image = try fold(
      y, outputSize: [7, 6], kernelSize: kernel, dilation: dilation, padding: padding,
      stride: stride)
    let left = try (columns * y).sum().item()
    let right = try (x * image).sum().item()
    #expect(abs(left - right) < 1e-10)
    #expect(
      errorText { try fold(Tensor.zeros([2, 9, 5]), outputSize: 4, kernelSize: 3) }
        == "fold: columns of 2 x 2 windows of [3, 3] are needed: [2, 9, 5]")
  }

  /// What PyTorch 2.15 gives.
  static let shrunk: [(InterpolationMode, Bool, [Double])] = [
    (.linear, false, [4.45779, 3.81283, 3.52922, 3.52922, 4.10695, 3.81493]),
    (.linear, true, [4.09722, 3.88477, 3.55556, 3.90278, 3.67901, 2.22222]),
    (.cubic, false, [4.48499, 3.78372, 3.6175, 3.55566, 4.19845, 3.76425]),
    (.cubic, true, [4.0362, 3.92641, 3.50766, 4.09393, 3.51503, 1.58484]),
  ]

  @Test func shrinkingWithAntialias() throws {
    let x = try Tensor((0..<35).map { Double($0 * $0 % 11) }, shape: [1, 1, 5, 7], dtype: .float32)
    for (mode, alignCorners, expected) in Self.shrunk {
      let y = try interpolate(
        x, size: [2, 3], mode: mode, alignCorners: alignCorners, antialias: true)
      let wanted = try Tensor(expected, shape: [1, 1, 2, 3], dtype: .float32)
      #expect(try y.allClose(wanted, atol: 1e-4))
    }
    #expect(
      errorText { try interpolate(x, size: 2, mode: .nearest, antialias: true) }
        == "interpolate: antialias is for linear and cubic in two dimensions")
  }

  @Test func gradientsOfResizing() throws {
    let x = Tensor.randn([1, 2, 5, 6], dtype: .float64)
    for mode in [InterpolationMode.nearest, .nearestExact, .linear, .cubic, .area] {
      for size in [[3, 4], [7, 9]] {
        try gradientCheck([x]) { [try interpolate($0[0], size: size, mode: mode)] }
      }
    }
  }

  @Test func alignmentsOfLabels() throws {
    // The sum over all paths of 4 steps and 3 classes that collapse to the labels.
    let logs = try withSeed(2) { try Tensor.randn([4, 1, 3], dtype: .float64).logSoftmax(dim: 2) }
    let p = try logs.array(of: Double.self)
    for labels in [[1, 2], [1, 1], [2], []] {
      var total = 0.0
      for code in 0..<81 {
        let path = [code / 27, code / 9 % 3, code / 3 % 3, code % 3]
        var collapsed: [Int] = []
        for (i, label) in path.enumerated() where label != 0 && (i == 0 || path[i - 1] != label) {
          collapsed.append(label)
        }
        if collapsed == labels {
          total += (0..<4).reduce(0.0) { $0 + p[$1 * 3 + path[$1]] }.exponential
        }
      }
      let loss = try ctcLoss(
        logs, Tensor(labels, shape: [1, labels.count]), inputLengths: Tensor([4]),
        targetLengths: Tensor([labels.count]), reduction: .sum)
      #expect(abs(try loss.item() + total.logarithm) < 1e-10, "\(labels)")
    }
    // More labels than steps.
    func impossible(_ zero: Bool) throws -> Double {
      try ctcLoss(
        logs, Tensor([[1, 1, 1]]), inputLengths: Tensor([4]), targetLengths: Tensor([3]),
        reduction: .sum, zeroInfinity: zero
      ).item()
    }
    #expect(try impossible(false) == .infinity)
    #expect(try impossible(true) == 0)
    #expect(
      errorText {
        try ctcLoss(logs, Tensor([[1]]), inputLengths: Tensor([5]), targetLengths: Tensor([1]))
      } == "ctcLoss: the input lengths [5] must be 0 to 4")
  }

  @Test func identityGrids() throws {
    let x = Tensor.randn([2, 3, 4, 5])
    let theta = try Tensor([[1.0, 0, 0], [0, 1, 0]], dtype: .float32).expanded([2, 2, 3])
    for alignCorners in [true, false] {
      let grid = try affineGrid(theta, size: x.shape, alignCorners: alignCorners)
      for mode in [GridInterpolation.nearest, .linear, .cubic] {
        let y = try gridSample(x, grid, mode: mode, alignCorners: alignCorners)
        #expect(try y.allClose(x, atol: 1e-5))
      }
    }
    // Places that are no numbers are nowhere.
    for value in [Double.nan, .infinity, -1e300] {
      let nowhere = Tensor.full([2, 1, 1, 2], value)
      #expect(try gridSample(x, nowhere, mode: .nearest) == Tensor.zeros([2, 3, 1, 1]))
      for padding in [GridPadding.zeros, .border, .reflection] {
        for mode in [GridInterpolation.nearest, .linear, .cubic] {
          #expect(try gridSample(x, nowhere, mode: mode, padding: padding).shape == [2, 3, 1, 1])
        }
      }
    }
    #expect(errorText { try gridSample(x, Tensor.zeros([2, 4, 4, 3])) }.hasPrefix("gridSample:"))
  }

  @Test func unpoolingReversesPooling() throws {
    let x = Tensor.randn([2, 3, 6, 8])
    let (values, indices) = try maxPoolWithIndices(x, spatialRank: 2, kernelSize: 2)
    let sparse = try maxUnpool2d(values, indices, kernelSize: 2)
    #expect(try maxPool2d(sparse, kernelSize: 2) == values.clamp(min: 0))
    #expect(
      errorText { try maxUnpool2d(values, indices + 100, kernelSize: 2) }
        .hasPrefix("scatter: index"))
    #expect(
      errorText { try maxUnpool2d(values, indices, kernelSize: 2, outputSize: [20, 8]) }
        == "maxUnpool2d: an output of [20, 8] is not near [6, 8], which follows from the windows")
  }

  @Test func bagsWithoutRows() throws {
    let table = Tensor.randn([5, 3])
    for mode in [BagReduction.sum, .mean, .max] {
      let y = try embeddingBag(Tensor([1, 2]), table, offsets: Tensor([0, 0, 2]), mode: mode)
      #expect(try y[0] == Tensor.zeros([3]))
      #expect(try y[2] == Tensor.zeros([3]))
    }
    #expect(
      errorText { try embeddingBag(Tensor([1, 2]), table, offsets: Tensor([0, 3])) }
        == "embeddingBag: offsets [0, 3] do not rise from 0 to at most 2")
    #expect(errorText { try embeddingBag(Tensor([7]), table, offsets: Tensor([0])) }.contains("7"))
  }

  @Test func dropoutOfSelu() throws {
    // Mean and variance of standard normal numbers stay.
    let x = withSeed(1) { Tensor.randn([200_000]) }
    let y = try withSeed(2) { try alphaDropout(x, p: 0.3) }
    #expect(abs(try y.mean().item()) < 0.02)
    #expect(abs(try y.std().item() - 1) < 0.02)
    #expect(try alphaDropout(x, p: 0.3, training: false) == x)
    #expect(
      errorText { try alphaDropout(x, p: 1.5) }
        == "alphaDropout: a probability of 1.5 is not between 0 and 1")
  }
}

extension Double {
  fileprivate var exponential: Double {
    (try? Tensor([self], dtype: .float64).exp().item()) ?? .nan
  }
  fileprivate var logarithm: Double {
    (try? Tensor([self], dtype: .float64).log().item()) ?? .nan
  }
}
