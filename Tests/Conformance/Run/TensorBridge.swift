import Martlet

extension DType {
  /// Throws `Unsupported` for the dtypes that Martlet lacks.
  init(named name: String) throws {
    guard let dtype = DType.allCases.first(where: { $0.description == name }) else {
      throw Unsupported("dtype \(name)")
    }
    self = dtype
  }
}

extension Tensor {
  /// A tensor with the very layout that `spec` describes, in memory of its own.
  init(_ spec: TensorSpec, in storage: SafetensorsStorage) throws {
    let dtype = try DType(named: spec.dtype)
    let elementSize = try ElementType(name: spec.dtype).size
    let tensor = try storage.bytes(of: spec.key) { bytes in
      let count = bytes.count / elementSize
      // Checks that the strides stay inside, whatever the implementation would say.
      _ = try spec.positions(storageCount: count)
      let flat = try Tensor(uninitialized: [count], dtype: dtype) { $0.copyMemory(from: bytes) }
      return spec.shape.contains(0)
        ? try flat.reshape(spec.shape)
        : try flat.asStrided(spec.shape, strides: spec.strides, offset: spec.offset)
    }
    self = spec.requiresGrad ? try tensor.requiringGrad() : tensor
  }

  func flattened() throws -> FlatTensor {
    let type = try ElementType(name: dtype.description)
    let shape = shape
    return try detached().contiguous().withUnsafeBytes {
      try FlatTensor(shape: shape, type: type, rowMajor: $0)
    }
  }
}
