import Testing

@testable import Martlet

/// Compositions of several primitives, and operations with indices, inside of `vmap`.
@Suite struct VmapOperationTests {
  @Test func indexing() throws {
    let x = try numbers(anywhere, [3, 4, 5])
    let places = try Tensor([[0, 3], [1, 1], [2, 0]])
    expectSameAsLoop("subscripts", [x]) { [try $0[0][1, 2...], try $0[0][.all, .newAxis, -1]] }
    expectSameAsLoop("lists", [x]) { [try $0[0][[2, 0, 2]], try $0[0][.all, [0, 4]].flip(0)] }
    expectSameAsLoop("indices that vary", [x, places]) { inputs in
      let (x, places) = (inputs[0], inputs[1])
      return [
        try x[places], try x[places, places], try x.indexSelect(1, places),
        try x.gather(0, places.unsqueezed(0)), try x.take(places),
        try x.indexAdd(0, places, x[0..<2]), try x.takeAlong(places.unsqueezed(1), 0),
      ]
    }
    expectSameAsLoop("a constant picked from", [places, x]) { inputs in
      let table = try numbers(anywhere, [4, 2], 3)
      return [
        try table[inputs[0]], try embedding(inputs[0], table),
        try table.indexCopy(0, Tensor([1, 2]), inputs[1][0..<2, 0..<2]),
      ]
    }
    expectSameAsLoop("constant indices", [x]) { inputs in
      let index = try Tensor([[0, 1, 1], [3, 0, 2]])
      return [
        try inputs[0].gather(0, index), try inputs[0].scatterAdd(0, index, inputs[0][0..<2, 0..<3]),
      ]
    }
    expectSameAsLoop("shapes", [x]) { inputs in
      let x = inputs[0]
      return [
        try x.t().reshape(2, 10), try cat([x, x[0..<1]]), try x.diagonal(),
        try x.unfold(1, size: 3, step: 2),
        try pad(x, [1, 2]), try x.roll([1], [0]), try x.tril(), try x.repeatInterleave(2, dim: 0),
        try stack([x, x], dim: 1), try x.expanded(2, 4, 5),
      ]
    }
  }

  @Test func alongDimensions() throws {
    let x = try numbers(anywhere, [3, 4, 5])
    expectSameAsLoop("orders", [x]) { inputs in
      let x = inputs[0]
      let (values, indices) = try x.sort(0)
      let (top, places) = try x.topk(2, 1)
      return [values, indices, top, places, try x.argmax(), try x.argmax(0), try x.median()]
    }
    expectSameAsLoop("running", [x]) { inputs in
      let x = inputs[0]
      let (greatest, places) = try x.cummax(1)
      return [greatest, places, try x.cumsum(0), try x.logSumExp(1), try x.var(), try x.norm()]
    }
    expectSameAsLoop("numbers without dimensions", [try numbers(anywhere, [3])]) { inputs in
      let x = inputs[0]
      return [
        try x.cumsum(0), try x.sort(0).values, try x.softmax(dim: 0), try x.sum(), try x.argmax(),
        try x.searchSorted(Tensor([-1.0, 0.0, 1.0], dtype: .float64)),
      ]
    }
    let edges = try numbers(anywhere, [3, 6]).sort(-1).values
    expectSameAsLoop("edges", [x, edges]) { inputs in
      [
        try inputs[0].searchSorted(inputs[1]), try inputs[0][0].searchSorted(inputs[1]),
        try inputs[0][0, 0].searchSorted(inputs[1]),
        try inputs[0].quantile(Tensor(0.3, dtype: .float64), 1),
        try inputs[0].histc(bins: 4, min: -1, max: 1),
      ]
    }
  }

  @Test func contractions() throws {
    let x = try numbers(anywhere, [3, 4, 5])
    let y = try numbers(anywhere, [3, 2, 5], 1)
    let w = try numbers(anywhere, [5, 2], 2)
    expectSameAsLoop("products", [x, y]) { inputs in
      let (x, y) = (inputs[0], inputs[1])
      return [
        try x.matmul(w), try x.matmul(y.t()), try w.t().matmul(x.t()), try x[0].matmul(w),
        try x.matmul(y[0]), try einsum("ij,kj->ki", [x, y]), try linear(x, y, y[.all, 0]),
        try x.unsqueezed(0).expanded(2, 4, 5).matmul(w), try x[0].dot(x[1]),
        try linear(x, w.t(), w[0]),
        try bilinear(x[.all, 0..<2], x[.all, 0..<2], Tensor.ones([1, 2, 2], dtype: .float64)),
      ]
    }
    let images = try numbers(anywhere, [3, 2, 4, 6, 5])
    let kernels = try numbers(anywhere, [3, 6, 2, 3, 3], 1)
    let bias = try numbers(anywhere, [3, 6], 2)
    expectSameAsLoop("convolutions", [images, kernels, bias]) { inputs in
      let (x, w, b) = (inputs[0], inputs[1], inputs[2])
      return [
        try conv2d(x, w, b, stride: 2, padding: 1, groups: 2),
        try convTranspose2d(
          x, w.transpose(0, 1)[.all, 0..<4].reshape(4, 2, 3, 3), b[0..<2], stride: 2),
        try conv2d(x[.all, 0..<2], w, padding: .same),
        try conv1d(x.flatten(from: 2), w.flatten(from: 2), groups: 2),
        try maxPool2d(x, kernelSize: 2), try avgPool2d(x, kernelSize: 3, padding: 1),
        try interpolate(x, size: [3, 7], mode: .linear),
      ]
    }
  }

  @Test func convolutionsOfFloats() throws {
    let images = try numbers(anywhere, [3, 2, 4, 6, 5]).to(.float32)
    let kernels = try numbers(anywhere, [3, 8, 4, 3, 3], 1).to(.float32)
    for (dimX, dimW) in [(0, nil), (nil, 0), (0, 0)] as [(Int?, Int?)] {
      let x = try dimX == nil ? images[0] : images
      let w = try dimW == nil ? kernels[0] : kernels
      let (y, slopes) = try vmap(over: x, w, inDims: [dimX, dimW]) { x, w in
        try (
          conv2d(x, w, padding: 1),
          grad(at: [x, w]) { try conv2d($0[0], $0[1], padding: 1).square().sum() }
        )
      }
      for i in 0..<3 {
        let (x, w) = (try dimX == nil ? x : x[i], try dimW == nil ? w : w[i])
        let own = try grad(at: [x, w]) { try conv2d($0[0], $0[1], padding: 1).square().sum() }
        #expect(try conv2d(x, w, padding: 1).allClose(y[i], rtol: 1e-4, atol: 1e-4))
        for k in 0..<2 { #expect(try own[k].allClose(slopes[k][i], rtol: 1e-3, atol: 1e-3)) }
      }
    }
  }

  @Test func linearAlgebra() throws {
    let a = try stack((0..<3).map { try spread(numbers(anywhere, [4, 4], $0)) })
    let b = try numbers(anywhere, [3, 4], 1)
    expectSameAsLoop("matrices", [a, b]) { inputs in
      let (a, b) = (inputs[0], inputs[1])
      let constant = try spread(numbers(anywhere, [4, 4], 7))
      return [
        try a.solve(b), try constant.solve(b), try a.solve(Tensor.ones([4], dtype: .float64)),
        try a.inv(), try a.det(), try a.pinv(), try positiveDefinite(a).cholesky(),
        try symmetric(a).eigh().values, try a.svdvals(), try a.matrixExp(), try a.matrixPower(3),
        try a.lstsq(b.unsqueezed(1)).solution,
      ]
    }
    #expect(
      errorText { try vmap(over: a * 0) { try $0.inv() } }.contains("singular"))
  }

  @Test func layersAndLosses() throws {
    let x = try numbers(anywhere, [3, 4, 6])
    let w = try numbers(awayFromZero, [3, 6], 1)
    let labels = try Tensor([[0, 1, 5, 2], [3, -100, 1, 0], [5, 5, 5, 5]])
    expectSameAsLoop("normalisations", [x, w]) { inputs in
      let (x, w) = (inputs[0], inputs[1])
      var mean: Tensor? = nil
      var variance: Tensor? = nil
      return [
        try layerNorm(x, normalizedShape: [6], weight: w, bias: w),
        try layerNorm(x, normalizedShape: [6]), try rmsNorm(x, normalizedShape: [6], weight: w),
        try groupNorm(x.t().unsqueezed(0), groups: 3, weight: w),
        try batchNorm(x, runningMean: &mean, runningVar: &variance, weight: w, training: true),
      ]
    }
    expectSameAsLoop("losses", [x, labels]) { inputs in
      let (x, labels) = (inputs[0], inputs[1])
      return [
        try crossEntropy(x, labels), try crossEntropy(x, labels, labelSmoothing: 0.1),
        try nllLoss(x.logSoftmax(dim: 1), labels, reduction: .sum),
        try binaryCrossEntropy(x.sigmoid(), x.sigmoid().detached()), try smoothL1Loss(x, x * 2),
      ]
    }
    let q = try numbers(anywhere, [3, 2, 2, 4, 3])
    let mask = try numbers(anywhere, [3, 4, 4]) .> 0
    expectSameAsLoop("attention", [q, try q * 0.5 + 0.1]) { inputs in
      [
        try scaledDotProductAttention(inputs[0], inputs[1], inputs[1], isCausal: true),
        try scaledDotProductAttention(inputs[0], inputs[1], inputs[0], mask: mask[0]),
      ]
    }
    expectSameAsLoop("attention with masks", [q, mask]) { inputs in
      [try scaledDotProductAttention(inputs[0], inputs[0], inputs[0], mask: inputs[1])]
    }
  }
}
