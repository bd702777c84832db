/// An n-dimensional array of numbers, with the record of how it was computed when gradients are
/// wanted.
///
/// A tensor is a value: assigning copies it, and writing to one name never changes another. Copies
/// share memory until one of them is written. Operations that compute throw `TensorError`.
public struct Tensor: Sendable {
  /// Elements and shape.
  var buffer: Buffer
  /// The recorded operation that made this tensor, or the variable that it is; nil without
  /// gradients.
  var history: GradNode?

  @inline(__always)
  init(_ buffer: Buffer) {
    self.buffer = buffer
    history = nil
  }

  @inline(__always)
  init(_ buffer: Buffer, _ history: GradNode?) {
    self.buffer = buffer
    self.history = history
  }
}

extension Tensor {
  /// The size of every dimension; empty for a tensor of one element without dimensions.
  public var shape: [Int] { buffer.sizes.array }

  /// The distance in elements, in memory, between neighbours along every dimension.
  public var strides: [Int] { buffer.strides.array }

  /// The number of dimensions.
  public var rank: Int { buffer.rank }

  /// The number of elements.
  public var count: Int { buffer.count }

  /// The type of the elements.
  public var dtype: DType { buffer.dtype }

  /// Where the elements are.
  public var device: Device { buffer.device }

  /// Whether the elements follow each other in memory in row-major order.
  public var isContiguous: Bool { buffer.isContiguous }

  /// The size of one dimension, counted from the end if negative.
  ///
  ///     try Tensor.zeros([2, 3]).size(-1)  // 3
  ///
  /// - Throws: `TensorError.dimension` if there is no such dimension.
  public func size(_ dim: Int) throws -> Int {
    buffer.sizes[try normalize(dim, rank, "size")]
  }

  /// Whether both lie in the same memory, as a tensor and a view of it do until one is written.
  ///
  ///     try x.sharesStorage(with: x.transpose(0, 1))  // true
  public func sharesStorage(with other: Tensor) -> Bool {
    (buffer.owner ?? buffer) === (other.buffer.owner ?? other.buffer)
  }

  @inline(__always)
  var sizes: Dims { buffer.sizes }
}

/// The dimension `dim` of `rank`, counted from the end if negative. Without dimensions, 0 and -1
/// stand for the whole.
@inline(__always)
func normalize(_ dim: Int, _ rank: Int, _ operation: @autoclosure () -> String) throws -> Int {
  let range = rank == 0 ? 1 : rank
  guard dim < range, dim >= -range else {
    throw TensorError.dimension(operation: operation(), dim: dim, rank: rank)
  }
  return dim < 0 ? dim + range : dim
}

/// Dimensions as a set, each at most once. None at all means every one.
func normalize(_ dims: [Int], _ rank: Int, _ operation: @autoclosure () -> String) throws -> DimSet
{
  if dims.isEmpty { return DimSet(all: rank) }
  var set = DimSet()
  for dim in dims {
    let d = try normalize(dim, rank, operation())
    guard set.insert(d) else {
      throw TensorError.argument(
        operation: operation(), reason: "dimension \(dim) is given more than once in \(dims)")
    }
  }
  return set
}

/// A set of dimensions.
struct DimSet: Sendable, Hashable {
  private var bits: UInt32 = 0

  init() {}
  init(_ dim: Int) { bits = 1 << UInt32(truncatingIfNeeded: dim) }
  init(all rank: Int) { bits = (1 << UInt32(truncatingIfNeeded: rank)) &- 1 }

  /// False if it was in already.
  mutating func insert(_ dim: Int) -> Bool {
    if contains(dim) { return false }
    bits |= 1 << UInt32(truncatingIfNeeded: dim)
    return true
  }

  mutating func remove(_ dim: Int) {
    bits &= ~(1 << UInt32(truncatingIfNeeded: dim))
  }

  /// Each dimension one further.
  var shifted: DimSet {
    var set = self
    set.bits <<= 1
    return set
  }

  func contains(_ dim: Int) -> Bool { bits & (1 << UInt32(truncatingIfNeeded: dim)) != 0 }
  var isEmpty: Bool { bits == 0 }
}
