import Testing

@testable import Martlet

/// Dimensions, indices, dtypes and numbers out of their range.
@Suite struct ArgumentErrorTests {
  let matrix = Tensor.ones([2, 3])

  @Test func dimensions() {
    #expect(
      errorText { try matrix.sum(2) }
        == "sum: dimension 2 is out of range for 2 dimensions (expected -2 to 1)")
    #expect(
      errorText { try matrix.transpose(0, -3) }
        == "transpose: dimension -3 is out of range for 2 dimensions (expected -2 to 1)")
    #expect(
      errorText { try Tensor.ones([]).softmax(dim: 1) }
        == "softmax: dimension 1 of a tensor without dimensions (expected 0 or -1)")
    #expect(
      errorText { try matrix.sum(0, -2) } == "sum: dimension -2 is given more than once in [0, -2]")
    for (name, body) in [
      ("cumsum", { try matrix.cumsum(5) }), ("sort", { try matrix.sort(5).values }),
      ("topk", { try matrix.topk(1, 5).values }), ("flip", { try matrix.flip(5) }),
      ("select", { try matrix.select(5, 0) }), ("unbind", { try matrix.unbind(5)[0] }),
      ("squeeze", { try matrix.squeeze(5) }), ("unsqueezed", { try matrix.unsqueezed(5) }),
      ("gather", { try matrix.gather(5, Tensor.zeros([2, 3], dtype: .int64)) }),
      ("indexSelect", { try matrix.indexSelect(5, Tensor.zeros([1], dtype: .int64)) }),
      ("diagonal", { try matrix.diagonal(dim1: 5) }),
      ("flatten", { try matrix.flatten(from: 5) }),
      ("max", { try matrix.max(dim: 5).values }), ("prod", { try matrix.prod(5) }),
    ] as [(String, () throws -> Tensor)] {
      #expect(errorText(body).hasPrefix("\(name): dimension 5 is out of range"))
    }
  }

  @Test func positions() throws {
    #expect(
      errorText { try matrix[2] }
        == "index: index 2 is out of range for dimension 0 of size 2")
    #expect(
      errorText { try matrix[.ellipsis, -4] }
        == "index: index -4 is out of range for dimension 1 of size 3")
    #expect(errorText { try matrix[0, 0, 0] } == "index: 3 positions for a tensor of 2 dimensions")
    #expect(errorText { try matrix[.ellipsis, .ellipsis] } == "index: more than one ellipsis")
    #expect(errorText { try matrix[.slice(by: 0)] } == "index: a slice with step 0")
    #expect(
      errorText { try matrix[[0, 7]] }.hasSuffix(
        "index 7 is out of range for dimension 0 of size 2"))
    #expect(
      errorText { try matrix[[-3]] }.hasSuffix("index -3 is out of range for dimension 0 of size 2")
    )
    #expect(
      errorText { try matrix[Tensor([true, false, true])] }
        == "index: the mask differs from the tensor in dimension 0: [2, 3] x [3]")
    #expect(
      errorText { try matrix[Tensor([0.5])] }
        == "index: an index tensor holds integers or bools (got float32)")
    #expect(
      errorText { try matrix.select(1, 3) }
        == "select: index 3 is out of range for dimension 1 of size 3")
    let far = try Tensor([[0, 3]])
    #expect(
      errorText { try matrix.gather(1, far) }
        .hasSuffix("index 3 is out of range for dimension 1 of size 3"))
    #expect(
      errorText { try matrix.gather(1, Tensor([[0, -1]])) }
        .hasSuffix("index -1 is out of range for dimension 1 of size 3"))
    #expect(
      errorText { try matrix.scatter(1, far, Tensor.zeros([1, 2])) }
        == "scatter: index 3 is out of range for dimension 1 of size 3")
    #expect(
      errorText { try matrix.indexSelect(0, Tensor([2])) }
        .hasSuffix("index 2 is out of range for dimension 0 of size 2"))
    #expect(
      errorText { try matrix.indexAdd(0, Tensor([2]), Tensor.ones([1, 3])) }
        .hasSuffix("index 2 is out of range for dimension 0 of size 2"))
    #expect(
      errorText { try matrix.gather(1, Tensor([0, 1])) }
        .contains("the index must have as many dimensions as the tensor"))
    #expect(errorText { try matrix.gather(1, Tensor([[0.0]])) }.contains("must hold integers"))
  }

  @Test func labels() throws {
    let logits = Tensor.zeros([2, 5])
    #expect(
      errorText { try crossEntropy(logits, Tensor([0, 7])) }
        == "crossEntropy: index 7 is out of range for dimension 1 of size 5")
    #expect(
      errorText { try crossEntropy(logits, Tensor([0, -1])) }
        == "crossEntropy: index -1 is out of range for dimension 1 of size 5")
    #expect(
      errorText { try crossEntropy(logits, Tensor([0, 5]), labelSmoothing: 0.1) }
        .hasSuffix("index 5 is out of range for dimension 1 of size 5"))
    #expect(throws: Never.self) { try crossEntropy(logits, Tensor([0, -100])) }
    #expect(
      errorText { try crossEntropy(logits, Tensor([0, 1]), labelSmoothing: 2) }
        == "crossEntropy: label smoothing of 2.0")
    #expect(
      errorText { try nllLoss(logits, Tensor([true, false])) }
        == "nllLoss: class labels are integers (got bool)")
  }

  @Test func dtypes() throws {
    let wide = Tensor.ones([3, 2], dtype: .float64)
    #expect(
      errorText { try matrix.matmul(wide) }
        == "matmul: the dtypes must be equal (got float32, float64)")
    #expect(errorText { try linear(matrix, wide.t()) }.contains("the dtypes must be equal"))
    #expect(
      errorText { try Tensor([1, 2]).mean() } == "mean: takes floating point (got int64)")
    #expect(errorText { try Tensor([1, 2]).softmax(dim: 0) }.contains("takes floating point"))
    #expect(
      errorText { try Tensor([true]) - Tensor([true]) } == "sub: takes numbers (got bool)")
    #expect(
      errorText { try Tensor([1.5]).bitwiseAnd(Tensor([1.5])) }
        == "bitwise_and: takes integers and bools (got float32)")
    #expect(
      errorText { try matrix.where(Tensor([1]), else: 0) }
        == "where: the condition must be bool (got int64)")
    #expect(
      errorText { try matrix.filled(0, where: matrix) }
        == "filled: the mask must be bool (got float32)")
    #expect(
      errorText { try Tensor([1, 2], requiresGrad: true) }
        == "requiresGrad: only floating point can require gradients (got int64)")
    #expect(
      errorText {
        try conv2d(Tensor.ones([1, 1, 4, 4]), Tensor.ones([1, 1, 2, 2], dtype: .float64))
      }
        == "conv2d: needs numbers of one dtype (got float32, float64)")
    #expect(
      errorText { try matrix.scatter(0, Tensor([[0]]), Tensor([[1]])) }
        == "scatter: the values must have the tensor's dtype (got float32, int64)")
    #expect(
      errorText { try matrix.isClose(wide) }
        == "isClose: the dtypes must be equal (got float32, float64)")
  }

  @Test func updatesInPlaceKeepDtypeAndShape() throws {
    var whole = try Tensor([1, 2])
    #expect(
      errorText { try whole += 0.5 }
        == "add: an update in place cannot hold the result (got int64, float32)")
    #expect(errorText { try whole /= 2 }.hasPrefix("div: an update in place cannot hold"))
    var row = Tensor.ones([3])
    #expect(
      errorText { try row += matrix }
        == "add: an update in place cannot change the shape: [3] x [2, 3]")
    #expect(
      errorText { try row.assign(Tensor.ones([2]), at: 0..<3) }
        == "assign: the values do not broadcast to what the index selects: [3] x [2]")
    #expect(
      errorText { try whole.assign(Tensor([1.5]), at: 0..<1) }
        == "assign: the values do not fit into the tensor's dtype (got int64, float32)")
    // What failed has changed nothing.
    #expect(try whole == Tensor([1, 2]))
    #expect(row == Tensor.ones([3]))
  }

  @Test func integerDivisionByZero() throws {
    for dtype in DType.allCases where dtype.isInteger {
      let x = try Tensor([7, 8, 9]).to(dtype)
      let zero = try Tensor([1, 0, 1]).to(dtype)
      for (name, body) in [
        ("remainder", { try x % zero }), ("floor_divide", { try x.div(zero, rounding: .floor) }),
        ("trunc_divide", { try x.div(zero, rounding: .trunc) }), ("fmod", { try x.fmod(zero) }),
        ("remainder", { try x % 0 }),
      ] as [(String, () throws -> Tensor)] {
        #expect(errorText(body) == "\(name): an integer is divided by zero", "\(dtype)")
      }
    }
    #expect(try (Tensor([1.0]) % 0).isNaN().item(Bool.self))
    // The least integer divided by -1 does not fit, and must not trap as the processor would.
    #expect(throws: Never.self) { try Tensor([Int.min]).div(Tensor([-1]), rounding: .floor) }
    #expect(throws: Never.self) { try Tensor([Int.min]) % Tensor([-1]) }
  }

  @Test func numbers() throws {
    #expect(
      errorText { try Tensor([2]).pow(-1) } == "pow: integers to the negative integer power -1")
    #expect(
      errorText { try matrix.clamp(min: nil as Tensor?) } == "clamp: needs at least one bound")
    #expect(
      errorText { try matrix.topk(4) } == "topk: 4 elements of 3 along dimension 1")
    #expect(
      errorText { try dropout(matrix, p: 1.5) }
        == "dropout: a probability of 1.5 is not between 0 and 1")
    #expect(errorText { try dropout(matrix, p: .nan) }.contains("not between 0 and 1"))
    #expect(
      errorText { try matrix.isClose(matrix, rtol: -1) }
        == "isClose: a tolerance is negative (rtol -1.0, atol 1e-08)")
    #expect(errorText { try matrix.split(0) } == "split: parts of size 0")
    #expect(errorText { try matrix.chunk(0) } == "chunk: 0 parts")
    #expect(
      errorText { try matrix.unfold(1, size: 4, step: 1) }
        == "unfold: windows of 4, 1 apart, of 3 along dimension 1")
    #expect(
      errorText { try matrix.asStrided([3], strides: [4]) }
        == "asStrided: reaches element 8 of a memory of 6")
    #expect(errorText { try matrix.repeat(-1, 1) }.contains("counts [-1, 1]"))
  }
}
