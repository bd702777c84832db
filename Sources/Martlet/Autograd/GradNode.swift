import CKernels

/// A step in the record of a computation, through which gradients flow back: an operation, or a
/// variable at its start.
///
/// Inputs are held inline, since almost every operation has at most three: an array would cost as
/// much as the rest of the record. What the engine counts and collects lives here as well.
class GradNode: @unchecked Sendable {
  /// Where the gradients of the inputs go; nil for an input that needs none.
  @exclusivity(unchecked) final var edge0: GradNode?
  @exclusivity(unchecked) final var edge1: GradNode?
  @exclusivity(unchecked) final var edge2: GradNode?
  /// Those of operations with more inputs than three, all of them.
  @exclusivity(unchecked) final var moreEdges: [GradNode?] = []

  /// The gradient of the result as far as it has been collected. Belongs to the engine.
  @exclusivity(unchecked) final var slot: Tensor?
  /// What of the slot has not been written yet, and means zeros.
  @exclusivity(unchecked) final var unwritten: UnwrittenSlabs?
  /// How many more gradients the slot waits for. Belongs to the engine.
  @exclusivity(unchecked) final var pending: Int32 = 0
  /// The part of the record that is computed again for its derivative, if this node is made in one.
  final let segment = mk_segment()
  /// The engine's run that last saw this node.
  @exclusivity(unchecked) final var run: UInt64 = 0
  /// False while a run passes this node by, as nothing behind it is asked for. Belongs to the
  /// engine.
  @exclusivity(unchecked) final var isWanted = true

  /// A variable: it has no edges.
  final let isLeaf: Bool

  @inline(__always)
  init(_ edge0: GradNode?, _ edge1: GradNode? = nil, _ edge2: GradNode? = nil, isLeaf: Bool = false)
  {
    self.isLeaf = isLeaf
    self.edge0 = edge0
    self.edge1 = edge1
    self.edge2 = edge2
  }

  init(edges: [GradNode?]) {
    isLeaf = false
    moreEdges = edges
  }

  /// What error messages call the operation.
  var name: String { "" }

  /// Which primitive was applied; nil for variables and users' functions.
  var kind: PrimitiveKind? { nil }

  /// Sends gradients to the edges, given the one of the result.
  func backward(_ gradient: Tensor) throws {}

  /// Drops what was saved for `backward`.
  func release() {}

  /// Adds to what has been collected for this node.
  @inline(__always)
  final func collect(_ gradient: Tensor) throws {
    if let sum = try takeSlot() {
      slot = try sum.accumulating(gradient)
    } else {
      slot = gradient
    }
  }

  /// What has been collected, which the node then has no more.
  @inline(__always)
  final func takeSlot() throws -> Tensor? {
    if unwritten != nil { try writeZeros() }
    let gradient = slot
    slot = nil
    return gradient
  }

  /// Forgets what has been collected.
  final func clearSlot() {
    slot = nil
    unwritten = nil
  }

  @inline(__always)
  final func forEachEdge(_ body: (GradNode) throws -> Void) rethrows {
    if let edge0 { try body(edge0) }
    if let edge1 { try body(edge1) }
    if let edge2 { try body(edge2) }
    if !moreEdges.isEmpty { for case .some(let edge) in moreEdges { try body(edge) } }
  }

  /// A record can be a chain of any length. Releasing it from one loop keeps the stack flat, where
  /// a release from inside a release would overflow it.
  deinit {
    if (edge0?.isLeaf ?? true) && (edge1?.isLeaf ?? true) && (edge2?.isLeaf ?? true)
      && moreEdges.isEmpty
    {
      return
    }
    var stack: [GradNode] = []
    takeEdges(&stack)
    while var node = stack.popLast() {
      if isKnownUniquelyReferenced(&node) { node.takeEdges(&stack) }
    }
  }

  private final func takeEdges(_ stack: inout [GradNode]) {
    func take(_ edge: inout GradNode?) {
      guard let node = edge else { return }
      edge = nil
      stack.append(node)
    }
    take(&edge0)
    take(&edge1)
    take(&edge2)
    if !moreEdges.isEmpty {
      for case .some(let node) in moreEdges { stack.append(node) }
      moreEdges = []
    }
  }
}
