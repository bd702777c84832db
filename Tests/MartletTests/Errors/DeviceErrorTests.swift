import Testing

@testable import Martlet

/// Elements of the null device do not exist: no kernel of another device may look for them.
@Suite struct DeviceErrorTests {
  @Test func messageNamesBothDevices() {
    #expect(
      errorText { try Tensor.ones([2]) + Tensor.ones([2], device: .null) }
        == "add: a tensor is on cpu and another on null")
  }

  @Test func nullElementsCannotBeRead() {
    let ghost = Tensor.ones([1], device: .null)
    #expect(
      errorText { try ghost.item() } == "array: a tensor on the null device has no elements")
    #expect(errorText { try ghost.withUnsafeBytes { $0.count } }.contains("has no elements"))
    #expect(errorText { try ghost.nonzero() }.contains("depends on elements"))
    #expect(errorText { try ghost.maskedSelect(ghost .> 0) }.contains("depends on elements"))
    #expect(ghost != ghost)
    #expect("\(ghost)" == "tensor(..., size=[1], dtype=float32, device=null)")
  }

  @Test(arguments: mixtures.indices) func mixturesAreRefused(_ number: Int) {
    let (name, body) = Self.mixtures[number]
    let text = errorText(body)
    #expect(text.contains("null"), "\(name): \(text)")
  }

  static func ghost(_ shape: [Int], _ dtype: DType = .float32) -> Tensor {
    Tensor.zeros(shape, dtype: dtype, device: .null)
  }
  static let matrix = Tensor.ones([2, 3])
  static let image = Tensor.ones([2, 3, 4, 4])

  static let mixtures: [(String, @Sendable () throws -> Any)] = [
    ("matmul", { try matrix.matmul(ghost([3, 2])) }),
    ("linear", { try linear(matrix, ghost([2, 3])) }),
    ("linear bias", { try linear(matrix, Tensor.ones([4, 3]), ghost([4])) }),
    ("where", { try matrix.where(ghost([2, 3], .bool), else: 0) }),
    ("filled", { try matrix.filled(0, where: ghost([2, 3], .bool)) }),
    ("maskedSelect", { try matrix.maskedSelect(ghost([2, 3], .bool)) }),
    ("gather", { try matrix.gather(0, ghost([2, 3], .int64)) }),
    ("indexSelect", { try matrix.indexSelect(0, ghost([2], .int64)) }),
    ("indexAdd index", { try matrix.indexAdd(0, ghost([2], .int64), matrix) }),
    ("indexAdd values", { try matrix.indexAdd(0, Tensor([0, 1]), ghost([2, 3])) }),
    ("scatter", { try matrix.scatter(0, ghost([2, 3], .int64), matrix) }),
    (
      "scatter values",
      { try matrix.scatter(0, Tensor.zeros([2, 3], dtype: .int64), ghost([2, 3])) }
    ),
    ("index", { try matrix[ghost([2], .int64)] }),
    ("cat", { try cat([matrix, ghost([2, 3])]) }),
    ("searchSorted", { try matrix.searchSorted(ghost([3])) }),
    ("conv weight", { try conv2d(image, ghost([2, 3, 2, 2])) }),
    ("conv bias", { try conv2d(image, Tensor.ones([2, 3, 2, 2]), ghost([2])) }),
    ("layerNorm weight", { try layerNorm(matrix, normalizedShape: [3], weight: ghost([3])) }),
    ("layerNorm bias", { try layerNorm(matrix, normalizedShape: [3], bias: ghost([3])) }),
    ("rmsNorm weight", { try rmsNorm(matrix, normalizedShape: [3], weight: ghost([3])) }),
    (
      "batchNorm weight",
      {
        var mean: Tensor?
        var variance: Tensor?
        return try batchNorm(
          image, runningMean: &mean, runningVar: &variance, weight: ghost([3]), training: true)
      }
    ),
    (
      "batchNorm statistics",
      {
        var mean: Tensor? = ghost([3])
        var variance: Tensor? = ghost([3])
        return try batchNorm(image, runningMean: &mean, runningVar: &variance)
      }
    ),
    ("crossEntropy labels", { try crossEntropy(matrix, ghost([2], .int64)) }),
    ("crossEntropy weight", { try crossEntropy(matrix, Tensor([0, 1]), weight: ghost([3])) }),
    ("crossEntropy probabilities", { try crossEntropy(matrix, ghost([2, 3])) }),
    (
      "assign",
      {
        var x = matrix
        try x.assign(ghost([3]), at: 0)
        return x
      }
    ),
    (
      "update",
      {
        var x = matrix
        try x += ghost([2, 3])
        return x
      }
    ),
    (
      "backward",
      {
        let x = Tensor.ones([2, 3], requiresGrad: true)
        try x.softmax(dim: 1).backward(ghost([2, 3]))
        return x
      }
    ),
    (
      "optimizer",
      {
        let p = Parameter(Tensor.ones([3]))
        p.grad = ghost([3])
        try SGD([p]).step()
        return p
      }
    ),
  ]
}
