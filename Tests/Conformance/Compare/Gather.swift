extension FlatTensor {
  /// Throws unless these indices pick along `dim` of `source` what the expected indices pick.
  func expect(picking dim: Int, of source: FlatTensor, like expected: FlatTensor) throws {
    try expect(shape: expected.shape, type: expected.type)
    guard let actualIndices = integers, let expectedIndices = expected.integers else {
      throw Mismatch("the result does not hold indices")
    }
    // A scalar counts as one element.
    let sourceShape = source.shape.isEmpty ? [1] : source.shape
    guard sourceShape.indices.contains(dim < 0 ? dim + sourceShape.count : dim) else {
      throw DataError("gather along dimension \(dim) of \(sourceShape)")
    }
    let axis = dim < 0 ? dim + sourceShape.count : dim
    var indexShape = shape
    if indexShape.count == sourceShape.count - 1 { indexShape.insert(1, at: axis) }
    guard indexShape.count == sourceShape.count else {
      throw DataError("indices \(shape) do not fit \(sourceShape)")
    }
    let values = source.reals
    let parts = source.type.isComplex ? 2 : 1
    for position in 0..<count {
      let actual = actualIndices[position]
      guard actual >= 0, actual < sourceShape[axis] else {
        throw Mismatch("index \(actual) is outside 0..<\(sourceShape[axis])")
      }
      func picked(_ index: Int64) -> Int {
        offset(
          of: position, in: indexShape, replacing: axis, with: Int(index), strides: sourceShape)
      }
      let wanted = expectedIndices[position]
      for part in 0..<parts {
        let a = values[picked(actual) * parts + part]
        let b = values[picked(wanted) * parts + part]
        guard a == b || (a.isNaN && b.isNaN) else {
          throw Mismatch("index \(actual) picks \(a), expected \(wanted), which picks \(b)")
        }
      }
    }
  }

  /// The row-major position in a tensor of shape `source` of the element whose index is that of
  /// `position` in `shape`, with one coordinate replaced.
  private func offset(
    of position: Int, in shape: [Int], replacing axis: Int, with index: Int, strides source: [Int]
  ) -> Int {
    var rest = position
    var offset = 0
    var stride = 1
    for dim in shape.indices.reversed() {
      let coordinate = rest % shape[dim]
      rest /= shape[dim]
      offset += (dim == axis ? index : coordinate) * stride
      stride *= source[dim]
    }
    return offset
  }
}
