extension Buffer {
  /// A new buffer with the shape of `model` and, where it is dense, its memory layout.
  @inline(__always)
  convenience init(like model: Buffer, _ dtype: DType) throws {
    let device = try model.target
    if model.isContiguous || !model.isDense {
      try self.init(model.sizes, dtype, device)
    } else {
      try self.init(model.sizes, denseStrides: model.strides, dtype, device)
    }
  }

  /// A new buffer for the result of an elementwise operation: laid out as the first of `models`
  /// that has the result's shape and is dense, else row-major.
  convenience init(_ sizes: Dims, layoutOf models: [Buffer], _ dtype: DType, _ device: Device)
    throws
  {
    for model in models where model.sizes == sizes {
      if model.isContiguous { break }
      if model.isDense {
        try self.init(sizes, denseStrides: model.strides, dtype, device)
        return
      }
    }
    try self.init(sizes, dtype, device)
  }

  /// A new buffer of other sizes that is channels-last if `model` is, else row-major.
  convenience init(_ sizes: Dims, channelsLike model: Buffer, _ device: Device) throws {
    let isChannelsLast =
      !model.isContiguous && model.isDense && model.hasStrides(model.sizes.channelsLastStrides)
    if isChannelsLast {
      try self.init(
        sizes, denseStrides: sizes.channelsLastStrides, model.dtype, device)
    } else {
      try self.init(sizes, model.dtype, device)
    }
  }

  /// This buffer, or a row-major copy of it.
  func contiguous() throws -> Buffer {
    if isContiguous { return self }
    let copy = try Buffer(sizes, dtype, device)
    try copy.backend.copy(copy, self)
    return copy
  }

  /// This buffer, or a copy of it in channels-last layout.
  func channelsLast() throws -> Buffer {
    let wanted = sizes.channelsLastStrides
    if isDense && hasStrides(wanted) { return self }
    let copy = try Buffer(sizes, denseStrides: wanted, dtype, device)
    try copy.backend.copy(copy, self)
    return copy
  }

  /// Whether elements lie as with these strides; those of dimensions of size 1 do not matter.
  func hasStrides(_ wanted: Dims) -> Bool {
    for i in 0..<sizes.rank where sizes[i] > 1 && strides[i] != wanted[i] { return false }
    return true
  }

  /// A view with other sizes over the same elements in the same order, if strides can express it.
  func viewed(as target: Dims) -> Buffer? {
    if isContiguous {
      return Buffer(viewing: self, target, strides: target.rowMajorStrides, offset: 0)
    }
    guard let strides = strides(for: target) else { return nil }
    return Buffer(viewing: self, target, strides: strides, offset: 0)
  }

  /// Strides that walk the elements in the same order under other sizes (with the same product), or
  /// nil.
  private func strides(for target: Dims) -> Dims? {
    if count == 0 { return target.rowMajorStrides }
    var result = Dims(repeating: 1, rank: target.rank)
    var newDim = target.rank - 1
    var chunk = 1  // elements in the run of old dimensions that are contiguous with each other
    var step = 0
    var old = rank - 1
    while old >= 0 {
      if sizes[old] == 1 {
        old -= 1
        continue
      }
      step = strides[old]
      chunk = sizes[old]
      while old > 0 && (sizes[old - 1] == 1 || strides[old - 1] == step &* chunk) {
        if sizes[old - 1] != 1 { chunk &*= sizes[old - 1] }
        old -= 1
      }
      old -= 1
      var covered = 1
      while newDim >= 0 && (covered < chunk || target[newDim] == 1) {
        result[newDim] = step &* covered
        covered &*= target[newDim]
        newDim -= 1
      }
      if covered != chunk { return nil }
    }
    while newDim >= 0 && target[newDim] == 1 {
      result[newDim] = 1
      newDim -= 1
    }
    return newDim < 0 ? result : nil
  }
}
