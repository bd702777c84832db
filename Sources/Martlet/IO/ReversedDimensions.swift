/// The tensor of shape `[n, ..., b, a]` as one of shape `[a, b, ..., n]`: what is row-major here is
/// Fortran order there.
func reversingDimensions(of tensor: Tensor) throws -> Tensor {
  if tensor.shape.count < 2 { return tensor }
  let shape = Array(tensor.shape.reversed())
  return try tensor.withUnsafeBytes { source in
    try Tensor(uninitialized: shape, dtype: tensor.dtype) { target in
      switch tensor.dtype.itemSize {
      case 1: reverse(source, target, shape, as: UInt8.self)
      case 2: reverse(source, target, shape, as: UInt16.self)
      case 4: reverse(source, target, shape, as: UInt32.self)
      default: reverse(source, target, shape, as: UInt64.self)
      }
    }
  }
}

/// `target` is walked in order; only strides of `source` along the walk are kept.
private func reverse<Word: BitwiseCopyable>(
  _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, _ shape: [Int],
  as: Word.Type
) {
  let source = source.assumingMemoryBound(to: Word.self)
  let target = target.assumingMemoryBound(to: Word.self)
  if target.isEmpty { return }
  var strides = shape
  var stride = 1
  for (i, extent) in shape.enumerated() {
    strides[i] = stride
    stride *= extent
  }
  let last = shape.count - 1
  var index = [Int](repeating: 0, count: shape.count)
  var base = 0
  var position = 0
  while position < target.count {
    for i in 0..<shape[last] { target[position + i] = source[base + i * strides[last]] }
    position += shape[last]
    var dimension = last - 1
    while dimension >= 0 {
      index[dimension] += 1
      base += strides[dimension]
      if index[dimension] < shape[dimension] { break }
      base -= strides[dimension] * shape[dimension]
      index[dimension] = 0
      dimension -= 1
    }
  }
}
