import Synchronization

/// Propagates gradients through a record, in reverse topological order and without recursion.
///
/// Counters and partial sums live in the nodes, so runs take turns: one at a time in the process. A
/// derivative may start a run of its own inside of another, which leaves the nodes as it found
/// them.
enum Engine {
  private static let turn = RecursiveLock()
  private static let runs = Atomic<UInt64>(0)
  /// How many runs are under way, one inside of the other. Belongs to who has the turn.
  nonisolated(unsafe) private static var depth = 0

  /// What an outer run has written into a node.
  private struct Progress {
    let node: Unmanaged<GradNode>
    let run: UInt64
    let pending: Int32
    let slot: Tensor?
    let unwritten: UnwrittenSlabs?
    let isWanted: Bool

    init(_ node: GradNode) {
      self.node = .passUnretained(node)
      run = node.run
      pending = node.pending
      slot = node.slot
      unwritten = node.unwritten
      isWanted = node.isWanted
    }

    func restore() {
      node._withUnsafeGuaranteedRef {
        $0.run = run
        $0.pending = pending
        $0.slot = slot
        $0.unwritten = unwritten
        $0.isWanted = isWanted
      }
    }
  }

  /// Sends `gradients` into `roots`. Gradients that reach a variable are added to its slot, or,
  /// when there are `targets`, only those of the targets are wanted, and returned. What lies behind
  /// the nodes of the `boundary` does not take part.
  static func run(
    _ roots: [(node: GradNode, gradient: Tensor)], targets: [GradNode]? = nil,
    boundary: Set<ObjectIdentifier> = [], createGraph: Bool, retainGraph: Bool
  ) throws -> [Tensor?] {
    turn.lock()
    depth += 1
    defer {
      depth -= 1
      turn.unlock()
    }
    // Gradients have the dtypes that forward computation chose. What it converted goes, as this may
    // be the last time that records of it can be followed.
    Autocast.current?.forget()
    let forward = Mode.current.subtracting(.autocast)
    let mode = createGraph ? forward.subtracting(.noGrad) : forward.union(.noGrad)
    return try Mode.with(mode.union(.backward)) {
      let run = runs.wrappingAdd(1, ordering: .relaxed).newValue
      var outer: [Progress] = []
      let order = count(roots, boundary, run, &outer)
      if let targets { restrict(order, to: targets, boundary, run) }
      defer {
        // A node that never got its last gradient (an error, or a branch without one) must not keep
        // a part.
        for node in order {
          node._withUnsafeGuaranteedRef {
            $0.clearSlot()
            $0.isWanted = true
          }
        }
        for progress in outer { progress.restore() }
      }
      return try propagate(roots, targets, boundary, retainGraph)
    }
  }

  /// Leaves wanted only the targets and what lies between them and the roots.
  private static func restrict(
    _ order: [Unmanaged<GradNode>], to targets: [GradNode], _ boundary: Set<ObjectIdentifier>,
    _ run: UInt64
  ) {
    // Who sends to a node: the record's edges, reversed.
    var senders: [ObjectIdentifier: [Unmanaged<GradNode>]] = [:]
    for node in order {
      node._withUnsafeGuaranteedRef {
        $0.isWanted = false
        if boundary.contains(ObjectIdentifier($0)) { return }
        $0.forEachEdge { senders[ObjectIdentifier($0), default: []].append(node) }
      }
    }
    var stack: [Unmanaged<GradNode>] = []
    for target in targets where target.run == run && !target.isWanted {
      target.isWanted = true
      stack.append(.passUnretained(target))
    }
    while let node = stack.popLast() {
      let key = node._withUnsafeGuaranteedRef { ObjectIdentifier($0) }
      for sender in senders[key] ?? [] {
        sender._withUnsafeGuaranteedRef {
          if !$0.isWanted {
            $0.isWanted = true
            stack.append(sender)
          }
        }
      }
    }
  }

  /// Counts for every node that can be reached how many gradients it will receive.
  private static func count(
    _ roots: [(node: GradNode, gradient: Tensor)], _ boundary: Set<ObjectIdentifier>,
    _ run: UInt64, _ outer: inout [Progress]
  ) -> [Unmanaged<GradNode>] {
    var found: [Unmanaged<GradNode>] = []
    var next = 0
    func visit(_ node: GradNode) {
      if depth > 1 {
        outer.append(Progress(node))
        node.clearSlot()
        node.isWanted = true
      }
      node.run = run
      node.pending = 0
      found.append(.passUnretained(node))
    }
    for root in roots where root.node.run != run { visit(root.node) }
    while next < found.count {
      found[next]._withUnsafeGuaranteedRef { node in
        if !boundary.isEmpty, boundary.contains(ObjectIdentifier(node)) { return }
        node.forEachEdge { edge in
          if edge.run != run { visit(edge) }
          edge.pending &+= 1
        }
      }
      next += 1
    }
    return found
  }

  private static func propagate(
    _ roots: [(node: GradNode, gradient: Tensor)], _ targets: [GradNode]?,
    _ boundary: Set<ObjectIdentifier>, _ retainGraph: Bool
  ) throws -> [Tensor?] {
    var captured = [Tensor?](repeating: nil, count: targets?.count ?? 0)
    var ready: [GradNode] = []
    for (node, gradient) in roots where node.isWanted {
      try node.collect(gradient)
    }
    for (node, _) in roots where node.pending == 0 && !ready.contains(where: { $0 === node }) {
      ready.append(node)
    }
    while let node = ready.popLast() {
      let gradient = try node.takeSlot()
      if let targets, let gradient {
        for (i, target) in targets.enumerated() where target === node { captured[i] = gradient }
      }
      if node.isLeaf {
        if targets == nil, let gradient, let variable = node as? Variable {
          try variable.accumulate(gradient)
        }
        continue
      }
      if !boundary.isEmpty, boundary.contains(ObjectIdentifier(node)) { continue }
      if let gradient {
        if Mode.current.contains(.anomaly) {
          // Checked as a whole, so that the message names the operation and not a step of its
          // derivative.
          try Mode.with(Mode.current.subtracting(.anomaly)) { try node.backward(gradient) }
          try checkGradients(of: node)
        } else {
          try node.backward(gradient)
        }
      }
      node.forEachEdge { edge in
        edge.pending &-= 1
        if edge.pending == 0 { ready.append(edge) }
      }
      if !retainGraph, node.isWanted { node.release() }
    }
    return captured
  }

  private static func checkGradients(of node: GradNode) throws {
    try node.forEachEdge { edge in
      try edge.writeZeros()
      if let sum = edge.slot, try noGrad({ try sum.hasNaN() }) {
        throw TensorError.anomaly(
          operation: node.name, reason: "its derivative gave NaN for an input of shape \(sum.shape)"
        )
      }
    }
  }
}
