import CKernels
import COneDNN

/// The layout that oneDNN prefers for a constant operand, and the copy into it. A packed copy
/// serves every call whose layout equals the one that it was made with.
final class PackedLayout: Equatable, @unchecked Sendable {
  let packed: dnnl_memory_desc_t
  /// Size of a packed copy. More than that of the plain one where the layout pads.
  let byteCount: Int
  private let program: Program

  init(plain: dnnl_memory_desc_t, packed: dnnl_memory_desc_t) throws {
    self.packed = packed
    byteCount = packed.byteCount
    program = try Program()
    try program.appendReorder(from: plain, at: .operand(0), to: packed, at: .operand(1))
  }

  /// Writes all `byteCount` bytes of `target`, which has to be aligned to 64 bytes.
  func pack(_ plain: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) throws {
    try program.run([UInt(bitPattern: plain), UInt(bitPattern: target), 0, 0])
  }

  /// The same for a matrix `[k, n]` with any strides in elements, which are those that the layout was
  /// made for.
  func pack(
    _ plain: UnsafePointer<Float>, strides: (row: Int, column: Int),
    into target: UnsafeMutablePointer<Float>
  ) throws {
    guard let panels else { return try pack(plain, into: target) }
    let status = mk_pack_panels(
      .float32, target, plain, packed.dims.0, packed.dims.1, Int64(strides.row),
      Int64(strides.column), Int64(panels.width), Int64(panels.depth))
    if status != .ok { throw OneDNNError.failed("mk_pack_panels") }
  }

  /// The width and depth of the panels that the layout of a matrix is made of, if it is: columns
  /// side by side, rows one after the other, filled up with zeros.
  private var panels: (width: Int, depth: Int)? {
    let blocking = packed.format_desc.blocking
    let blocks = (Int(blocking.inner_blks.0), Int(blocking.inner_blks.1))
    let depth = Int(packed.padded_dims.0)
    guard packed.ndims == 2, packed.format_kind == dnnl_blocked, blocking.inner_nblks == 2,
      blocking.inner_idxs.0 == 0, blocking.inner_idxs.1 == 1, packed.offset0 == 0,
      Int(blocking.strides.0) == blocks.0 * blocks.1, Int(blocking.strides.1) == depth * blocks.1
    else { return nil }
    return (blocks.1, depth)
  }

  static func == (left: PackedLayout, right: PackedLayout) -> Bool {
    left === right || left.packed.isSame(as: right.packed)
  }
}
