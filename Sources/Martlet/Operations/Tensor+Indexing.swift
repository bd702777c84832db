extension Tensor {
  /// The elements that an index selects, by NumPy's rules. Integers, ranges and new axes give a
  /// view; masks and index tensors a copy.
  ///
  ///     let parts = try [x[0], x[1..., -1], x[.ellipsis, .newAxis], x[x .> 0], x[[2, 0, 1]]]
  ///
  /// - Throws: `TensorError.index` for a position out of range; `.argument` for too many parts.
  public subscript<each I: TensorIndexConvertible>(_ index: repeat each I) -> Tensor {
    get throws {
      var parts: [TensorIndex] = []
      for part in repeat each index { parts.append(part.tensorIndex) }
      return try self[parts]
    }
  }

  /// As the subscript with the parts of the index one by one, for an index that is put together at
  /// run time.
  public subscript(_ index: [TensorIndex]) -> Tensor {
    get throws {
      if index.count == 1, case .tensor(let mask) = index[0].kind, mask.dtype == .bool,
        mask.sizes == sizes, rank > 0
      {
        return try maskedSelect(mask)
      }
      return try IndexResolution(self, index).read()
    }
  }

  /// Writes `value`, which broadcasts, to the elements that an index selects. Other names of this
  /// tensor keep their elements; a tensor whose memory nobody shares is written in place. Of
  /// several values for one element the last one stays.
  ///
  ///     try x.assign(0, at: 0..<2, .newAxis)
  public mutating func assign<each I: TensorIndexConvertible>(
    _ value: Tensor, at index: repeat each I
  ) throws {
    var parts: [TensorIndex] = []
    for part in repeat each index { parts.append(part.tensorIndex) }
    try put(value, at: parts, accumulate: false)
  }

  /// Writes a number to the elements that an index selects, as `assign` writes a tensor.
  public mutating func assign<each I: TensorIndexConvertible>(
    _ value: some ScalarConvertible, at index: repeat each I
  ) throws {
    var parts: [TensorIndex] = []
    for part in repeat each index { parts.append(part.tensorIndex) }
    try put(Tensor(value.scalar, dtype: dtype, device: device), at: parts, accumulate: false)
  }

  /// Adds `value`, which broadcasts, to the elements that an index selects; an element that is
  /// selected several times receives all of its values.
  ///
  ///     try counts.add(Tensor.ones([3]), at: [0, 2, 2])
  public mutating func add<each I: TensorIndexConvertible>(
    _ value: Tensor, at index: repeat each I
  ) throws {
    var parts: [TensorIndex] = []
    for part in repeat each index { parts.append(part.tensorIndex) }
    try put(value, at: parts, accumulate: true)
  }

  /// Writes or adds values to what an index selects.
  ///
  ///     try h.put(Tensor(1.0), at: [TensorIndex.all, 0.tensorIndex], accumulate: true)
  public mutating func put(_ value: Tensor, at index: [TensorIndex], accumulate: Bool) throws {
    try prepareUpdate("assign")
    try sameDevice(self, value, "assign")
    guard value.dtype.category <= dtype.category else {
      throw TensorError.dtype(
        operation: "assign", dtypes: [dtype, value.dtype],
        reason: "the values do not fit into the tensor's dtype")
    }
    let variable = history?.isLeaf == true ? history : nil
    let value = try value.to(dtype)
    // Taken out of `self`, so that memory that nobody else shares can be written in place.
    var target = self
    self = Tensor(value.buffer)
    do {
      var result = try IndexResolution(target, index).write(value, &target, accumulate)
      if let variable { result.history = variable }
      self = result
    } catch {
      self = target
      throw error
    }
  }
}
