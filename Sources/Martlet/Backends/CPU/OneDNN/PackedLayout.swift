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

  static func == (left: PackedLayout, right: PackedLayout) -> Bool {
    left === right || left.packed.isSame(as: right.packed)
  }
}
