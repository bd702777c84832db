/// A tensor as numbers in row-major order, whatever its layout was: what comparisons read.
struct FlatTensor {
  enum Elements {
    case integers([Int64])
    /// Real and imaginary parts alternate for a complex dtype.
    case reals([Double])
  }

  let shape: [Int]
  let type: ElementType
  let elements: Elements

  var count: Int { shape.reduce(1, *) }

  var reals: [Double] {
    switch elements {
    case .reals(let values): values
    case .integers(let values): values.map(Double.init)
    }
  }

  /// The integers of an index tensor; nil for a floating point dtype.
  var integers: [Int64]? {
    if case .integers(let values) = elements { values } else { nil }
  }
}

extension FlatTensor {
  /// Row-major elements, as results are stored.
  init(shape: [Int], type: ElementType, rowMajor bytes: UnsafeRawBufferPointer) throws {
    let count = shape.reduce(1, *)
    guard bytes.count >= count * type.size else { throw DataError("storage is too short") }
    self.shape = shape
    self.type = type
    if type.isInteger {
      elements = .integers((0..<count).map { type.integer(bytes, $0) })
    } else {
      elements = .reals((0..<count * (type.isComplex ? 2 : 1)).map { type.real(bytes, $0) })
    }
  }

  /// The tensor that `spec` describes.
  init(_ spec: TensorSpec, in storage: SafetensorsStorage) throws {
    let type = try ElementType(name: spec.dtype)
    self = try storage.bytes(of: spec.key) { bytes in
      let positions = try spec.positions(storageCount: bytes.count / type.size)
      let elements: Elements
      if type.isInteger {
        elements = .integers(positions.map { type.integer(bytes, $0) })
      } else if type.isComplex {
        elements = .reals(
          positions.flatMap { [type.real(bytes, 2 * $0), type.real(bytes, 2 * $0 + 1)] })
      } else {
        elements = .reals(positions.map { type.real(bytes, $0) })
      }
      return FlatTensor(shape: spec.shape, type: type, elements: elements)
    }
  }
}

extension TensorSpec {
  /// The storage position of every element, in row-major order.
  func positions(storageCount: Int) throws -> [Int] {
    if shape.contains(0) { return [] }
    guard shape.count == strides.count, shape.allSatisfy({ $0 > 0 }) else {
      throw DataError("shape \(shape) does not fit strides \(strides)")
    }
    var positions = [offset]
    for (size, stride) in zip(shape, strides) {
      positions = positions.flatMap { start in (0..<size).map { start + $0 * stride } }
    }
    guard positions.allSatisfy({ 0 <= $0 && $0 < storageCount }) else {
      throw DataError("tensor \(key) reaches outside its storage")
    }
    return positions
  }
}
