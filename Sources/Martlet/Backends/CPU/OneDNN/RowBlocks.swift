import CKernels
import COneDNN

/// A product of many rows, block by block: `b` is packed once for all of them, and each thread
/// takes further blocks as it finishes others.
///
/// One call of oneDNN would give each thread as many rows as the others, which then wait for the
/// one that was held up. The blocks are the same for any number of threads, and so are the results.
struct RowBlocks {
  /// Rows of a block. More are no faster; multiples of what oneDNN multiplies at one time are.
  private static let rows = 96
  /// Rows of the blocks at the end, over which the threads come to finish together.
  private static let fewRows = 24

  static let fewestRows = 256
  /// The greatest `b`, in elements: every block reads all of it, from a second-level cache.
  private static let greatest = 1 << 18

  private let shape: MatmulShape
  private let bias: Bool

  /// Nil if the product is too small, `b` too large, or `a` such that it would have to be copied.
  init?(_ shape: MatmulShape, bias: Bool) {
    guard shape.isSingle, shape.aColumn == 1, shape.m >= Self.fewestRows,
      min(shape.n, shape.k) >= 64, shape.n &* shape.k <= Self.greatest,
      shape.m &* shape.n &* shape.k >= 1 << 26, shape.bLeading != nil, shape.aLeading != nil,
      shape.cLeading != nil
    else { return nil }
    self.shape = shape
    self.bias = bias
  }

  private func key(rows: Int) -> OneDNN.MatmulKey {
    var block = shape
    block.m = rows
    var key = OneDNN.MatmulKey(shape: block, bias: bias, activation: .none, packed: true)
    key.threads = 1
    return key
  }

  func layout() throws -> PackedLayout { try OneDNN.packedLayout(key(rows: Self.rows)) }

  private func program(rows: Int) throws -> Program {
    let key = key(rows: rows)
    return try OneDNN.matmuls.value(for: key) { try OneDNN.makeProgram(key) }
  }

  /// `c = a b + bias` with the shape's strides.
  func run(
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    c: UnsafeMutablePointer<Float>
  ) throws {
    let layout = try layout()
    let workspace = try Workspace(bytes: layout.byteCount)
    guard let packed = workspace.base?.assumingMemoryBound(to: Float.self) else {
      throw OneDNNError.failed("workspace")
    }
    try layout.pack(b, strides: (shape.bRow, shape.bColumn), into: packed)
    try run(a: a, packed: packed, bias: bias, c: c)
  }

  /// The same for `b` in `layout()`.
  func run(
    a: UnsafePointer<Float>, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    c: UnsafeMutablePointer<Float>
  ) throws {
    let large = shape.m / 8 * 7 / Self.rows
    let largeRows = large * Self.rows
    let small = (shape.m - largeRows) / Self.fewRows
    let rest = (shape.m - largeRows) % Self.fewRows
    let block = try program(rows: Self.rows)
    let smallBlock = try program(rows: Self.fewRows)
    let last = rest > 0 ? try program(rows: rest) : smallBlock
    try Threads.forEachClaim(of: large + small + (rest > 0 ? 1 : 0)) { blocks in
      for index in blocks {
        let row = index < large ? index * Self.rows : largeRows + (index - large) * Self.fewRows
        let program = index < large ? block : index < large + small ? smallBlock : last
        try program.run([
          UInt(bitPattern: a + row * shape.aRow), UInt(bitPattern: packed),
          UInt(bitPattern: bias), UInt(bitPattern: c + row * shape.cRow),
        ])
      }
    }
  }
}
