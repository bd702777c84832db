import Testing

@testable import Martlet

/// Arguments at the ends of their types: an error or a result, never a trap and never memory
/// outside of the tensor.
@Suite struct ExtremeArgumentTests {
  let matrix = Tensor.arange(6, dtype: .float32)

  @Test func dimensionsAndPositions() throws {
    let x = try matrix.reshape(2, 3)
    for extreme in [Int.min, .max] {
      #expect(errorText { try x.sum(extreme) }.contains("out of range"))
      #expect(errorText { try x.select(0, extreme) }.contains("out of range"))
      #expect(errorText { try x[extreme] }.contains("out of range"))
      #expect(errorText { try x.narrow(0, start: extreme, length: 1) } != "no error")
      #expect(errorText { try x.narrow(0, start: 0, length: extreme) } != "no error")
      #expect(errorText { try x.gather(1, Tensor([[extreme]])) }.contains("out of range"))
      #expect(errorText { try x.indexSelect(1, Tensor([extreme])) }.contains("out of range"))
      #expect(errorText { try x.transpose(extreme, 0) }.contains("out of range"))
      #expect(errorText { try crossEntropy(x, Tensor([0, extreme])) }.contains("out of range"))
    }
  }

  @Test func slices() throws {
    #expect(try matrix[.slice(from: .min, to: .max)].count == 6)
    #expect(try matrix[.slice(from: .max, to: .min, by: -1)].count == 6)
    #expect(try matrix[.slice(by: .max)].array(of: Int.self) == [0])
    #expect(try matrix[.slice(by: .min + 1)].array(of: Int.self) == [5])
    #expect(errorText { try matrix[.slice(by: .min)] }.contains("a slice with step"))
    #expect(try matrix[Int.min..<Int.max].count == 6)
    #expect(try matrix[...Int.max].count == 6)
    #expect(try matrix[(.max)...].count == 0)
  }

  @Test func diagonals() throws {
    let x = try matrix.reshape(2, 3)
    for extreme in [Int.min, .max] {
      #expect(try x.diagonal(offset: extreme).count == 0)
    }
  }

  @Test func parts() throws {
    #expect(try matrix.split(.max).map(\.count) == [6])
    #expect(try matrix.chunk(.max).map(\.count) == [1, 1, 1, 1, 1, 1])
    #expect(errorText { try matrix.split([.max, 1]) }.contains("parts of sizes"))
    #expect(errorText { try matrix.repeat(.max) } != "no error")
    let deep = try matrix.reshape(1, 1, 1, 1, 1, 1, 6)
    #expect(errorText { try deep.repeat([1 << 40, 1, 1, 1, 1, 1, 1]) } != "no error")
    #expect(errorText { try deep.repeat([.max, 1, 1, 1, 1, 1, 1]) } != "no error")
    #expect(try deep.repeat([2, 1, 1, 3, 1, 1, 1]).shape == [2, 1, 1, 3, 1, 1, 6])
    #expect(errorText { try matrix.unfold(0, size: 2, step: .max) } == "no error")
    #expect(errorText { try matrix.asStrided([2], strides: [.max]) } != "no error")
    #expect(errorText { try matrix.asStrided([1], strides: [1], offset: .max) } != "no error")
  }

  /// A product of sizes that wraps around to a small number must not pass as a small tensor.
  @Test func sizesWhoseProductWraps() throws {
    let column = try Tensor.ones([1]).expanded(1 << 32).unsqueezed(1)
    let row = try Tensor.ones([1]).expanded(1 << 32).unsqueezed(0)
    #expect(errorText { try column + row } != "no error")
    #expect(errorText { try column.matmul(row) } != "no error")
    #expect(errorText { try Tensor.zeros([1 << 32, 1 << 32]).exp() }.contains("overflows"))
    #expect(errorText { try row.expanded(1 << 32, 1 << 32) }.contains("overflows"))
  }

  /// An empty tensor can have sizes whose others overflow when joined.
  @Test func emptyTensorsOfLargeSizes() throws {
    let x = Tensor.zeros([0, 1 << 40, 1 << 40])
    for body in [
      { try x.flatten(from: 1) }, { try x.sum(1, 2) }, { try x.reshape(0) },
      { try x.softmax(dim: 1) }, { try layerNorm(x, normalizedShape: [1 << 40]) },
      { try x.matmul(Tensor.zeros([1 << 40, 0])) }, { try x.permute(2, 1, 0) },
    ] as [() throws -> Tensor] {
      // Whether it is refused or done does not matter here.
      _ = errorText(body)
    }
  }

  @Test func numbersInCreation() {
    #expect(Tensor.arange(0, -1e-200, step: 1e-200).shape.reduce(1, *) >= 0)
    #expect(errorText { try Tensor.arange(0, -1e-200, step: 1e-200).exp() }.contains("away from"))
    #expect(errorText { try Tensor.arange(-1e308, 1e308, step: 1e308).exp() } != "crash")
    #expect(errorText { try Tensor.arange(0, Int.max).exp() } != "no error")
    #expect(errorText { try Tensor.randint(Int.min..<Int.max, [4]).sum() } == "no error")
    #expect(errorText { try Tensor.full([2], 1e300, dtype: .int8).sum() } == "no error")
    #expect(errorText { try Tensor.full([2], Double.nan, dtype: .int64).sum() } == "no error")
  }

  @Test func groupsOfNoFilters() {
    #expect(
      errorText {
        try conv2d(Tensor.ones([1, 2, 3, 3]), Tensor.zeros([0, 2, 1, 1]), groups: .max)
      } != "no error")
  }

  @Test func convolutionGeometry() {
    let image = Tensor.ones([1, 1, 4, 4])
    let kernel = Tensor.ones([1, 1, 2, 2])
    #expect(errorText { try conv2d(image, kernel, stride: [.max]) } != "no error")
    #expect(errorText { try conv2d(image, kernel, dilation: [.max]) } != "no error")
    #expect(errorText { try conv2d(image, kernel, padding: [.max]) } != "no error")
    #expect(
      errorText { try conv2d(image, kernel, padding: [Int(Int32.max)]) } != "no error")
    #expect(errorText { try maxPool2d(image, kernelSize: [.max]) } != "no error")
    #expect(errorText { try avgPool2d(image, kernelSize: [2], stride: [.min]) } != "no error")
    #expect(errorText { try maxPool2d(image, kernelSize: [2], dilation: [.max]) } != "no error")
  }

  @Test func loaderNumbers() throws {
    let data = try TensorDataset(matrix, matrix)
    #expect(try DataLoader(data, batchSize: .max).count == 1)
    #expect(try DataLoader(data, batchSize: .max, dropLast: true).count == 0)
    var batches = 0
    try DataLoader(data, batchSize: .max).forEach { x, _ in
      batches += 1
      #expect(x.count == 6)
    }
    #expect(batches == 1)
    batches = 0
    try DataLoader(data, batchSize: 2, prefetch: .max, workers: 2).forEach { _ in batches += 1 }
    #expect(batches == 3)
    #expect(errorText { try data.batch([.max, 0]) }.contains("out of range"))
    #expect(errorText { try data.example(6) }.contains("out of range"))
  }
}
