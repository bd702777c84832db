import Testing

@testable import Martlet

/// Shapes that clash: the message names the operation, the sizes that differ, and both shapes.
@Suite struct ShapeErrorTests {
  let matrix = Tensor.ones([2, 3])

  @Test func broadcasting() {
    #expect(
      errorText { try matrix + Tensor.ones([2]) }
        == "add: shapes do not broadcast (3 and 2 at dimension -1): [2, 3] x [2]")
    #expect(
      errorText { try matrix * Tensor.ones([4, 1, 1]) * Tensor.ones([5, 1, 1]) }
        == "mul: shapes do not broadcast (4 and 5 at dimension -3): [4, 2, 3] x [5, 1, 1]")
    #expect(
      errorText { try matrix.lerp(Tensor.ones([3]), Tensor.ones([3, 1])) }
        == "lerp: shapes do not broadcast (2 and 3 at dimension -2): [2, 3] x [3, 1]")
  }

  @Test func innerSizes() {
    #expect(
      errorText { try Tensor.ones([32, 784]).matmul(Tensor.ones([512, 10])) }
        == "matmul: inner sizes differ (784 and 512): [32, 784] x [512, 10]")
    #expect(
      errorText { try linear(Tensor.ones([4, 5]), Tensor.ones([2, 3])) }
        == "linear: inner sizes differ (5 and 3): [4, 5] x [2, 3]")
    #expect(
      errorText { try matrix.matmul(Tensor.ones([2])) }
        == "matmul: inner sizes differ (3 and 2): [2, 3] x [2]")
    #expect(
      errorText { try Tensor.ones([2, 3, 4]).matmul(Tensor.ones([3, 4, 5])) }
        == "matmul: batch dimensions do not broadcast ([2] and [3]): [2, 3, 4] x [3, 4, 5]")
    #expect(
      errorText { try Tensor.ones([]).matmul(matrix) }
        == "matmul: a tensor of 0 dimensions, expected at least 1 on both sides")
  }

  @Test func matrixVariants() {
    #expect(
      errorText { try matrix.mv(matrix) } == "mv: needs a matrix and a list: [2, 3] x [2, 3]")
    #expect(
      errorText { try matrix.mm(Tensor.ones([3])) }
        == "mm: a tensor of 1 dimension, expected 2 on both sides")
    #expect(errorText { try matrix.dot(matrix) } == "dot: needs two lists: [2, 3] x [2, 3]")
    #expect(errorText { try matrix.outer(matrix) } == "outer: needs two lists: [2, 3] x [2, 3]")
    #expect(
      errorText { try matrix.bmm(matrix) }
        == "bmm: needs [b, m, k] and [b, k, n] with the same b: [2, 3] x [2, 3]")
    #expect(
      errorText { try Tensor.ones([3]).mT } == "mT: a tensor of 1 dimension, expected at least 2")
    #expect(
      errorText { try Tensor.ones([1, 2, 3]).t() }
        == "t: a tensor of 3 dimensions, expected at most 2; use transpose or mT")
  }

  @Test func reshaping() {
    #expect(
      errorText { try matrix.reshape(4, 2) }
        == "reshape: 6 elements do not have this shape: [2, 3] x [4, 2]")
    #expect(
      errorText { try matrix.reshape(4, -1) }
        == "reshape: 6 elements do not have this shape: [2, 3] x [4, -1]")
    #expect(
      errorText { try matrix.reshape(-1, -1) }
        == "reshape: only one size can be left open: [-1, -1]")
    #expect(errorText { try matrix.reshape(-2, -3) }.contains("a size is negative (-2)"))
    #expect(
      errorText { try matrix.t().view(6) }
        == "view: strides [1, 3] do not allow this shape without a copy; use reshape: [3, 2] x [6]")
    #expect(errorText { try matrix.expanded(2, 4) }.contains("dimension 1 does not stretch to 4"))
    #expect(errorText { try matrix.expanded(3) }.contains("there are too few dimensions"))
    #expect(errorText { try matrix.permute(0) } == "permute: [0] does not order 2 dimensions")
    #expect(
      errorText { try matrix.permute(0, 0) }
        == "permute: dimension 0 is given more than once in [0, 0]")
    #expect(errorText { try matrix.split([1, 2], 1) } == "no error")
    #expect(
      errorText { try matrix.split([1, 1], 1) }
        == "split: parts [1, 1] make 2, but dimension 1 has 3")
    #expect(
      errorText { try matrix.narrow(1, start: 2, length: 2) }
        == "narrow: 2 elements from 2 on of 3 along dimension 1")
  }

  @Test func joining() {
    #expect(errorText { try cat([]) } == "cat: there are no tensors")
    #expect(errorText { try stack([]) } == "stack: there are no tensors")
    #expect(
      errorText { try cat([matrix, Tensor.ones([2, 4])]) }
        == "cat: sizes differ outside of dimension 0: [2, 3] x [2, 4]")
    #expect(
      errorText { try stack([matrix, Tensor.ones([3, 2])]) }
        == "stack: the shapes must be equal: [2, 3] x [3, 2]")
    #expect(errorText { try cat([Tensor.ones([])]) }.contains("at least 1; use stack"))
  }

  @Test func raggedArrays() {
    #expect(
      errorText { try Tensor([[1, 2], [3]]) }
        == "Tensor: a ragged array: 1 elements at depth 1 where others have 2: [2, 2]")
    #expect(errorText { try Tensor([[], [1.5]]) }.contains("a ragged array"))
    #expect(errorText { try Tensor([[[1]], [[1], [2]]]) }.contains("2 elements at depth 1"))
    #expect(
      errorText { try Tensor([1, 2, 3], shape: [2, 2]) }
        == "Tensor: 3 elements do not fill the shape: [2, 2]")
  }

  @Test func extremesOfNothing() {
    #expect(
      errorText { try Tensor.ones([2, 0]).amax(1) }
        == "amax: no extreme of no elements (dimension 1 has size 0): [2, 0]")
    #expect(errorText { try Tensor.ones([0]).argmin() }.contains("no extreme of no elements"))
    #expect(errorText { try Tensor.ones([0, 2]).max(dim: 0) }.contains("no extreme"))
    // Nothing to reduce along a dimension with elements is fine.
    #expect(throws: Never.self) { try Tensor.ones([0, 2]).amax(1) }
  }

  @Test func itemOfSeveral() {
    #expect(
      errorText { try matrix.item() } == "item: needs exactly one element, not 6: [2, 3]")
    #expect(errorText { try Tensor.ones([0]).item() }.contains("not 0"))
  }

  @Test func convolutionsAndPools() {
    let image = Tensor.ones([1, 3, 8, 8])
    #expect(
      errorText { try conv2d(image, Tensor.ones([4, 2, 3, 3])) }
        == "conv2d: the input has 3 channels, the weight is for 2: [1, 3, 8, 8] x [4, 2, 3, 3]")
    #expect(
      errorText { try conv2d(image, Tensor.ones([4, 3, 9, 3])) }
        == "conv2d: the kernel reaches over 9 elements of 8 and a padding of 0:"
        + " [1, 3, 8, 8] x [4, 3, 9, 3]")
    #expect(
      errorText { try conv2d(image, Tensor.ones([4, 3, 3, 3]), Tensor.ones([3])) }
        .contains("the bias needs one element a filter"))
    #expect(
      errorText { try conv2d(image, Tensor.ones([4, 3, 3, 3]), groups: 3) }
        == "conv2d: 4 filters in 3 groups")
    #expect(
      errorText { try conv2d(image, Tensor.ones([4, 3, 3, 3]), stride: [0]) }
        == "conv2d: stride [0] must be at least 1")
    #expect(
      errorText { try conv2d(image, Tensor.ones([4, 3, 3, 3]), padding: [1, 1, 1]) }
        == "conv2d: padding [1, 1, 1] does not fit 2 dimensions")
    #expect(
      errorText { try conv1d(image, Tensor.ones([4, 3, 3])) }.contains("needs 3 dimensions in both")
    )
    #expect(
      errorText { try maxPool2d(image, kernelSize: [9]) }
        .contains("a window of 9 does not fit into 8 elements"))
    #expect(
      errorText { try maxPool2d(image, kernelSize: [2], padding: [2]) }
        == "maxPool2d: a padding of 2 is more than half of the window of 2")
    #expect(
      errorText { try avgPool2d(image, kernelSize: [2], divisorOverride: 0) }
        == "avgPool2d: the divisor must not be 0")
    #expect(
      errorText { try layerNorm(image, normalizedShape: [3]) }
        .contains("does not end in the normalised shape"))
    #expect(
      errorText { try crossEntropy(Tensor.ones([2, 3]), Tensor.zeros([3], dtype: .int64)) }
        == "crossEntropy: the labels should have [2]: [2, 3] x [3]")
    #expect(
      errorText {
        var none: Tensor?
        var alsoNone: Tensor?
        return try batchNorm(
          Tensor.ones([1, 3]), runningMean: &none, runningVar: &alsoNone, training: true)
      }.contains("training needs more than one value per channel"))
  }
}
