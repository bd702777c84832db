import CKernels

/// Sizes or strides, one a dimension, held inline: creating and copying them costs no allocation.
struct Dims: Sendable, Hashable {
  static let maxRank = Int(MK_MAX_RANK)

  private(set) var rank: Int
  private var values: InlineArray<12, Int>

  @inline(__always)
  init() {
    rank = 0
    values = InlineArray(repeating: 0)
  }

  @inline(__always)
  init(repeating value: Int, rank: Int) {
    assert(rank <= Dims.maxRank)
    self.rank = rank
    values = InlineArray(repeating: value)
  }

  /// Throws if there are more than `maxRank` of them.
  init(_ array: some Collection<Int>, operation: String) throws {
    guard array.count <= Dims.maxRank else {
      throw TensorError.rank(operation: operation, rank: array.count, expected: "at most 12")
    }
    self.init()
    for value in array { append(value) }
  }

  @inline(__always)
  subscript(i: Int) -> Int {
    get { values[i] }
    set { values[i] = newValue }
  }

  @inline(__always)
  mutating func append(_ value: Int) {
    values[rank] = value
    rank += 1
  }

  mutating func swapAt(_ a: Int, _ b: Int) { values.swapAt(a, b) }

  mutating func remove(at dim: Int) {
    var i = dim
    while i + 1 < rank {
      values[i] = values[i + 1]
      i += 1
    }
    rank -= 1
  }

  /// The caller has checked that there is room.
  mutating func insert(_ value: Int, at dim: Int) {
    var i = rank
    while i > dim {
      values[i] = values[i - 1]
      i -= 1
    }
    values[dim] = value
    rank += 1
  }

  @inline(__always)
  static func == (a: Dims, b: Dims) -> Bool {
    if a.rank != b.rank { return false }
    var i = 0
    while i < a.rank {
      if a.values[i] != b.values[i] { return false }
      i += 1
    }
    return true
  }

  func hash(into hasher: inout Hasher) {
    for i in 0..<rank { hasher.combine(values[i]) }
  }

  var array: [Int] { (0..<rank).map { values[$0] } }

  /// The product of all sizes. Sizes of existing tensors cannot overflow it.
  @inline(__always)
  var product: Int {
    var result = 1
    var i = 0
    while i < rank {
      result &*= values[i]
      i += 1
    }
    return result
  }

  /// The product, or nil if a size is negative or the product does not fit, also without the sizes
  /// that are 0: so that the product of any part of them fits as well.
  @inline(__always)
  var checkedProduct: Int? {
    var result = 1
    var isPlain = true
    var i = 0
    while i < rank {
      let (product, overflow) = result.multipliedReportingOverflow(by: values[i])
      isPlain = isPlain && !overflow && values[i] > 0
      result = product
      i += 1
    }
    return isPlain ? result : unusualProduct
  }

  /// The same for sizes of which one is 0 or negative, or whose product overflows. A size of 0 does not hide that the others
  /// are too many.
  @inline(never)
  private var unusualProduct: Int? {
    var result = 1
    var isEmpty = false
    for i in 0..<rank {
      if values[i] < 0 { return nil }
      if values[i] == 0 {
        isEmpty = true
        continue
      }
      let (product, overflow) = result.multipliedReportingOverflow(by: values[i])
      if overflow { return nil }
      result = product
    }
    return isEmpty ? 0 : result
  }

  /// The strides of a row-major layout of these sizes.
  @inline(__always)
  var rowMajorStrides: Dims {
    var strides = Dims(repeating: 0, rank: rank)
    var step = 1
    var i = rank - 1
    while i >= 0 {
      strides.values[i] = step
      step &*= Swift.max(values[i], 1)
      i -= 1
    }
    return strides
  }

  /// Strides for these sizes in which dimension 1 (channels) varies fastest, then the later ones
  /// from the last: channels last.
  var channelsLastStrides: Dims {
    guard rank >= 3 else { return rowMajorStrides }
    var strides = Dims(repeating: 0, rank: rank)
    var step = 1
    for i in [1] + (2..<rank).reversed() + [0] {
      strides[i] = step
      step &*= Swift.max(values[i], 1)
    }
    return strides
  }
}

extension Dims: CustomStringConvertible {
  var description: String { "\(array)" }
}

extension Dims {
  /// NumPy's broadcasting: sizes are aligned at the end; a size of 1 stretches.
  static func broadcast(_ a: Dims, _ b: Dims) -> Dims? {
    if a == b { return a }
    let rank = Swift.max(a.rank, b.rank)
    var result = Dims(repeating: 0, rank: rank)
    for i in 0..<rank {
      let x = i - rank + a.rank >= 0 ? a[i - rank + a.rank] : 1
      let y = i - rank + b.rank >= 0 ? b[i - rank + b.rank] : 1
      if x == y || y == 1 {
        result[i] = x
      } else if x == 1 {
        result[i] = y
      } else {
        return nil
      }
    }
    return result
  }

  /// The strides that walk a tensor with these strides and `sizes` as if it had the larger shape
  /// `target`.
  func broadcast(from sizes: Dims, to target: Dims) -> Dims {
    var result = Dims(repeating: 0, rank: target.rank)
    let shift = target.rank - sizes.rank
    for i in 0..<sizes.rank where sizes[i] != 1 || target[i + shift] == 1 {
      result[i + shift] = self[i]
    }
    return result
  }
}
