import CKernels

/// What keeps a buffer's memory alive: the buffer that allocated it, or a foreign owner such as a
/// mapped file.
class MemoryOwner: @unchecked Sendable {
  init() {}
}

/// Elements in memory with a shape: what kernels read and write. It knows nothing of gradients.
///
/// A buffer is immutable once it has been handed out, except through `Tensor`'s copy-on-write,
/// which writes only when nothing else refers to the memory. The header and, for views, a reference
/// to the owner are all there is: one object for each tensor.
final class Buffer: MemoryOwner, @unchecked Sendable {
  let device: Device
  let dtype: DType
  /// Elements follow each other in row-major order.
  let isContiguous: Bool
  /// Elements fill one stretch of memory without gaps or repeats, in some order of the dimensions.
  let isDense: Bool
  let count: Int
  let sizes: Dims
  let strides: Dims
  /// The element at index [0, 0, ...].
  let data: UnsafeMutableRawPointer
  /// Size of the block that this buffer owns; 0 if the memory belongs to `owner`.
  private let capacity: Int
  /// Nil if the buffer owns its memory. Never another view: views of views refer to the owner
  /// itself.
  @exclusivity(unchecked) private(set) var owner: MemoryOwner?
  /// What the backend has made of the elements.
  let derived = DerivedDataList()

  /// A new row-major buffer, not initialised.
  convenience init(_ sizes: Dims, _ dtype: DType, _ device: Device = .cpu) throws {
    try self.init(sizes, strides: sizes.rowMajorStrides, contiguous: true, dtype, device)
  }

  /// A new buffer whose elements are laid out densely as `strides` says; not initialised.
  convenience init(_ sizes: Dims, denseStrides strides: Dims, _ dtype: DType, _ device: Device)
    throws
  {
    try self.init(
      sizes, strides: strides, contiguous: strides == sizes.rowMajorStrides, dtype, device)
  }

  private init(
    _ sizes: Dims, strides: Dims, contiguous: Bool, _ dtype: DType, _ device: Device
  ) throws {
    // Broadcasting can join sizes to more elements than an integer counts.
    guard let count = sizes.checkedProduct, count < 1 << 59 else {
      throw TensorError.shape(
        operation: "tensor", shapes: [sizes.array], reason: "the number of elements overflows")
    }
    owner = nil
    if device.isOfExamples, let space = try ExampleSpace.of(device) {
      let batch = try Buffer.batch(sizes, strides: strides, count: count, dtype, space)
      capacity = 0
      data = batch.memory.data
      owner = batch
    } else if !device.hasElements {
      capacity = 0
      data = Buffer.nowhere
    } else {
      var capacity = 0
      guard let block = mk_alloc(count &* dtype.itemSize, &capacity) else {
        throw TensorError.outOfMemory(bytes: count &* dtype.itemSize)
      }
      data = block
      self.capacity = capacity
    }
    self.sizes = sizes
    self.strides = strides
    self.dtype = dtype
    self.device = device
    self.count = count
    isContiguous = contiguous
    isDense = true
  }

  /// An example of a batch, of which this is the first element.
  init(
    example batch: Batch, data: UnsafeMutableRawPointer, _ sizes: Dims, _ strides: Dims,
    _ dtype: DType
  ) {
    self.sizes = sizes
    self.strides = strides
    self.dtype = dtype
    device = batch.space.device
    count = sizes.product
    isContiguous = Buffer.isContiguous(sizes, strides)
    isDense = isContiguous || Buffer.isDense(sizes, strides)
    self.data = data
    capacity = 0
    owner = batch
  }

  /// A view of `base`: other sizes and strides over the same memory, starting `offset` elements
  /// after its first.
  init(viewing base: Buffer, _ sizes: Dims, strides: Dims, offset: Int) {
    self.sizes = sizes
    self.strides = strides
    dtype = base.dtype
    device = base.device
    count = sizes.product
    isContiguous = Buffer.isContiguous(sizes, strides)
    isDense = isContiguous || Buffer.isDense(sizes, strides)
    data = device.hasAddresses ? base.data + offset &* base.dtype.itemSize : base.data
    capacity = 0
    owner = base.owner ?? base
  }

  /// Memory that somebody else owns, row-major.
  init(
    foreign owner: MemoryOwner, data: UnsafeMutableRawPointer, _ sizes: Dims, _ dtype: DType,
    _ device: Device = .cpu
  ) {
    self.sizes = sizes
    strides = sizes.rowMajorStrides
    self.dtype = dtype
    self.device = device
    count = sizes.product
    isContiguous = true
    isDense = true
    self.data = data
    capacity = 0
    self.owner = owner
  }

  deinit {
    if capacity > 0 { mk_free(data, capacity) }
  }

  /// Whether no other buffer shares the memory. The caller holds the only reference to this one.
  var ownsMemoryAlone: Bool {
    if owner == nil { return true }
    guard isKnownUniquelyReferenced(&owner) else { return false }
    return owner is Buffer || (owner as? Batch)?.isAlone == true
  }

  var rank: Int { sizes.rank }
  var byteCount: Int { count &* dtype.itemSize }

  /// An address for buffers without elements to read.
  static var nowhere: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
  }

  private static func isContiguous(_ sizes: Dims, _ strides: Dims) -> Bool {
    var step = 1
    var i = sizes.rank - 1
    while i >= 0 {
      if sizes[i] == 0 { return true }
      if sizes[i] != 1 {
        if strides[i] != step { return false }
        step &*= sizes[i]
      }
      i -= 1
    }
    return true
  }

  private static func isDense(_ sizes: Dims, _ strides: Dims) -> Bool {
    // Each pass finds the dimension whose stride continues what has been covered.
    var step = 1
    var remaining = 0
    for i in 0..<sizes.rank where sizes[i] > 1 { remaining += 1 }
    while remaining > 0 {
      var found = false
      for i in 0..<sizes.rank where sizes[i] > 1 && strides[i] == step {
        step &*= sizes[i]
        remaining -= 1
        found = true
        break
      }
      if !found { return false }
    }
    return true
  }
}
