import CKernels

extension mk_loop {
  /// The iteration space of an elementwise kernel over `out` and its inputs, which broadcast to its
  /// shape: dimensions ordered by out's strides, those of size 1 dropped, neighbours merged where
  /// all operands allow it.
  init(_ out: Buffer, _ x: Buffer, _ y: Buffer? = nil, _ z: Buffer? = nil) {
    self.init()
    var strides: (Dims, Dims, Dims, Dims)
    strides.0 = out.strides
    strides.1 = x.strides.broadcast(from: x.sizes, to: out.sizes)
    strides.2 = y.map { $0.strides.broadcast(from: $0.sizes, to: out.sizes) } ?? Dims()
    strides.3 = z.map { $0.strides.broadcast(from: $0.sizes, to: out.sizes) } ?? Dims()
    let operands = y == nil ? 2 : z == nil ? 3 : 4
    fill(sizes: out.sizes, strides, operands, merging: true)
  }

  /// Loops over `sizes` with given strides, in any order of dimensions that suits operand 0.
  init(sizes: Dims, _ first: Dims, _ second: Dims, _ third: Dims = Dims(), operands: Int = 2) {
    self.init()
    fill(sizes: sizes, (first, second, third, Dims()), operands, merging: true)
  }

  /// The same with four operands.
  init(sizes: Dims, _ first: Dims, _ second: Dims, _ third: Dims, _ fourth: Dims) {
    self.init()
    fill(sizes: sizes, (first, second, third, fourth), 4, merging: true)
  }

  /// The same without reordering or merging: for kernels that read further strides by dimension.
  init(unmerged sizes: Dims, _ first: Dims, _ second: Dims) {
    self.init()
    fill(sizes: sizes, (first, second, Dims(), Dims()), 2, merging: false)
  }

  private mutating func fill(
    sizes: Dims, _ strides: (Dims, Dims, Dims, Dims), _ operands: Int, merging: Bool
  ) {
    // rank, sizes, then the strides of each operand: the struct as the numbers that it is made of.
    let limit = Dims.maxRank
    withUnsafeMutableBytes(of: &self) { bytes in
      let words = bytes.bindMemory(to: Int.self)
      var rank = 0
      @inline(__always) func stride(_ operand: Int, _ dim: Int) -> Int {
        switch operand {
        case 0: strides.0[dim]
        case 1: strides.1[dim]
        case 2: strides.2[dim]
        default: strides.3[dim]
        }
      }
      var order = Dims()
      for dim in 0..<sizes.rank where sizes[dim] != 1 || !merging { order.append(dim) }
      if merging {
        // Insertion sort: outermost is the dimension with the largest stride in operand 0; equal
        // ones stay.
        var i = 1
        while i < order.rank {
          let dim = order[i]
          var j = i
          while j > 0, abs(stride(0, order[j - 1])) < abs(stride(0, dim)),
            stride(0, order[j - 1]) != 0
          {
            order[j] = order[j - 1]
            j -= 1
          }
          order[j] = dim
          i += 1
        }
      }
      for i in 0..<order.rank {
        let dim = order[i]
        if merging, rank > 0 {
          var joins = true
          for operand in 0..<operands {
            let outer = words[1 + limit * (1 + operand) + rank - 1]
            if outer != stride(operand, dim) &* sizes[dim] {
              joins = false
              break
            }
          }
          if joins {
            words[1 + rank - 1] &*= sizes[dim]
            for operand in 0..<operands {
              words[1 + limit * (1 + operand) + rank - 1] = stride(operand, dim)
            }
            continue
          }
        }
        words[1 + rank] = sizes[dim]
        for operand in 0..<operands {
          words[1 + limit * (1 + operand) + rank] = stride(operand, dim)
        }
        rank += 1
      }
      words[0] = rank
    }
  }
}

extension mk_reduction {
  /// Kept dimensions are listed in out's order, reduced ones in x's; neighbours are merged where
  /// strides allow.
  init(_ out: Buffer, _ x: Buffer, _ dims: DimSet) {
    self.init()
    // The strides that out has along x's kept dimensions; out lists them in order, with or without
    // those of size 1 in between.
    var outStrides = Dims(repeating: 0, rank: x.rank)
    let keepsDim = out.rank == x.rank
    var next = 0
    for i in 0..<x.rank where !dims.contains(i) {
      outStrides[i] = out.strides[keepsDim ? i : next]
      next += 1
    }
    let limit = Dims.maxRank
    let sizes = x.sizes
    let strides = x.strides
    withUnsafeMutableBytes(of: &self) { bytes in
      let words = bytes.bindMemory(to: Int.self)
      let keptSize = 1
      let keptStride = keptSize + limit
      let outStride = keptStride + limit
      let reducedRank = outStride + limit
      let reducedSize = reducedRank + 1
      let reducedStride = reducedSize + limit
      var kept = 0
      var reduced = 0
      for i in 0..<x.rank where sizes[i] != 1 {
        if dims.contains(i) {
          if reduced > 0, words[reducedStride + reduced - 1] == strides[i] &* sizes[i] {
            words[reducedSize + reduced - 1] &*= sizes[i]
            words[reducedStride + reduced - 1] = strides[i]
          } else {
            words[reducedSize + reduced] = sizes[i]
            words[reducedStride + reduced] = strides[i]
            reduced += 1
          }
        } else {
          if kept > 0, words[keptStride + kept - 1] == strides[i] &* sizes[i],
            words[outStride + kept - 1] == outStrides[i] &* sizes[i]
          {
            words[keptSize + kept - 1] &*= sizes[i]
            words[keptStride + kept - 1] = strides[i]
            words[outStride + kept - 1] = outStrides[i]
          } else {
            words[keptSize + kept] = sizes[i]
            words[keptStride + kept] = strides[i]
            words[outStride + kept] = outStrides[i]
            kept += 1
          }
        }
      }
      words[0] = kept
      words[reducedRank] = reduced
    }
  }
}
