import CKernels
import Synchronization

/// The value of a function, of which nothing is kept for the backward pass: what its derivative
/// reads is computed a second time then. Trades time for memory.
///
///     let h = try remat(at: x) { try block($0) }
///
/// Gradients flow to the arguments and to everything that the function captures, such as the
/// parameters of modules, and can be differentiated again. The second time random numbers are the
/// same as the first time, modules see the values that a functional call gave them, and changes of
/// their buffers, such as running statistics, are dropped.
///
/// Chen, Xu, Zhang, Guestrin, "Training Deep Nets with Sublinear Memory Cost", 2016.
///
/// - Parameters:
///   - inputs: The arguments: tensors or groups of them.
///   - function: Gives the same result when it is called again: it depends on nothing that changes
///     in between. It is called on the thread that runs the backward pass.
/// - Throws: What `function` throws; in the backward pass `TensorError.autograd` if it gives other
///   shapes than the first time.
public func remat<each Input: TensorGroup, Output: TensorGroup>(
  at inputs: repeat each Input, of function: @escaping (repeat each Input) throws -> Output
) throws -> Output {
  guard Mode.isRecording else { return try function(repeat each inputs) }
  var structure: Output?
  let outputs = try Recomputation { variables in
    let output = try function(repeat each rebuilt(repeat each inputs, around: variables))
    if structure == nil { structure = output.detached() }
    return output.tensors
  }.record(allTensors(repeat each inputs))
  return rebuilt(try rematerialized(structure), around: outputs)
}

/// The values of a function with several results, of which nothing is kept for the backward pass:
/// see `remat`.
///
///     let (h, attention) = try remat(at: x) { x in (try block(x), try weights(x)) }
public func remat<each Input: TensorGroup, each Output: TensorGroup>(
  at inputs: repeat each Input,
  of function: @escaping (repeat each Input) throws -> (repeat each Output)
) throws -> (repeat each Output) {
  guard Mode.isRecording else { return try function(repeat each inputs) }
  var structure: (repeat each Output)?
  let outputs = try Recomputation { variables in
    let outputs = try function(repeat each rebuilt(repeat each inputs, around: variables))
    if structure == nil { structure = (repeat (each outputs).detached()) }
    return allTensors(repeat each outputs)
  }.record(allTensors(repeat each inputs))
  let found: (repeat each Output) = try rematerialized(structure)
  return rebuilt(repeat each found, around: outputs)
}

/// What the first call has left, as it did not throw.
private func rematerialized<Structure>(_ structure: Structure?) throws -> Structure {
  guard let structure else {
    throw TensorError.autograd("remat: the function gave no result")
  }
  return structure
}

/// A function with the state of the thread that it was first called in.
private final class Recomputation {
  private let function: ([Tensor]) throws -> [Tensor]
  private let mode = Mode.current
  private let overlay = ModuleOverlay.current
  private let precision = Mode.isAutocasting ? Autocast.current?.dtype : nil
  private let scope = VmapScope.current
  private let random = Generator.current.position
  private static let segments = Atomic<UInt32>(0)

  init(_ function: @escaping ([Tensor]) throws -> [Tensor]) {
    self.function = function
  }

  /// Calls the function for the first time.
  func record(_ arguments: [Tensor]) throws -> [Tensor] {
    let variables = arguments.map { $0.requiresGrad ? Tensor($0.buffer, Variable()) : $0 }
    let segment = Recomputation.segments.wrappingAdd(1, ordering: .relaxed).newValue
    let generator = Generator(random)
    defer { Generator.current.advance(from: random, to: generator.position) }
    let outputs = try Generator.with(generator) {
      try GradNode.with(segment: segment) {
        // What parameters are converted to belongs to the segment, as it will be converted again.
        try Autocast.anew(precision) { try function(variables) }
      }
    }
    let captured = GradNode.inputs(of: outputs, segment, except: variables)
    let node = RematNode(self, arguments, captured, outputs.map(\.sizes))
    return outputs.enumerated().map { i, output in
      Tensor(output.buffer, output.requiresGrad ? RematOutput(node, i) : nil)
    }
  }

  /// Calls the function again.
  func callAsFunction(_ variables: [Tensor]) throws -> [Tensor] {
    let mode = mode.subtracting(.noGrad).union(Mode.current.intersection(.backward))
    return try Mode.with(mode) {
      try Generator.with(Generator(random)) {
        try VmapScope.with(scope) {
          try ModuleOverlay.with(ModuleOverlay(keepingWrites: true), over: overlay) {
            try Autocast.anew(precision) { try function(variables) }
          }
        }
      }
    }
  }
}

/// A function in the record that is computed again for its derivative. Its edges are its arguments
/// and what it captured.
private final class RematNode: GradNode, @unchecked Sendable {
  private var recomputation: Recomputation?
  private var buffers: [Buffer]
  private let shapes: [Dims]
  /// The gradients of the outputs, by the run that brings them.
  private var cotangents: [UInt64: [Int: Tensor]] = [:]

  init(
    _ recomputation: Recomputation, _ arguments: [Tensor], _ captured: [GradNode], _ shapes: [Dims]
  ) {
    self.recomputation = recomputation
    self.shapes = shapes
    buffers = arguments.map(\.buffer)
    super.init(edges: arguments.map(\.history) + captured)
  }

  override var name: String { "remat" }

  fileprivate func take(_ gradient: Tensor, _ output: Int) {
    cotangents[run, default: [:]][output] = gradient
    // What the outputs have sent lies above; the engine only has to see that there is something.
    slot = gradient
  }

  override func backward(_ gradient: Tensor) throws {
    guard let recomputation else {
      throw TensorError.autograd(
        "backward goes through remat a second time, but what it saved was freed by the first;"
          + " pass retainGraph: true there to keep it")
    }
    let given = cotangents.removeValue(forKey: run) ?? [:]
    let isNested = Mode.isRecording
    let variables = try zip(buffers, moreEdges).map { buffer, edge -> Tensor in
      guard edge != nil else { return Tensor(buffer) }
      // A view, so that the record of a derivative goes on behind it.
      return isNested
        ? try View.expand(Tensor(buffer, edge), to: buffer.sizes) : Tensor(buffer, Variable())
    }
    let outputs = try recomputation(variables)
    guard outputs.map(\.sizes) == shapes else {
      throw TensorError.autograd(
        "remat: the function gives the shapes \(outputs.map(\.shape)) when it is called again, and"
          + " gave \(shapes.map(\.array))")
    }
    // What was captured is the same node again; each edge gets what reaches it directly.
    let targets = variables.map(\.history) + moreEdges[buffers.count...]
    let places = targets.indices.filter { moreEdges[$0]?.isWanted == true && targets[$0] != nil }
    let slopes = try Engine.run(
      given.sorted { $0.key < $1.key }.compactMap { output, gradient in
        outputs[output].history.map { (node: $0, gradient: gradient) }
      },
      targets: places.compactMap { targets[$0] },
      boundary: Set(targets.compactMap { $0.map { ObjectIdentifier($0) } }), createGraph: isNested,
      retainGraph: isNested)
    for (place, slope) in zip(places, slopes) {
      if let slope { try moreEdges[place]?.collect(slope) }
    }
  }

  override func release() {
    recomputation = nil
    buffers = []
    cotangents = [:]
  }
}

/// One of several outputs, which hands its gradient to the function's node.
private final class RematOutput: GradNode, @unchecked Sendable {
  private let number: Int

  init(_ node: RematNode, _ number: Int) {
    self.number = number
    super.init(node)
  }

  override var name: String { "remat" }

  override func backward(_ gradient: Tensor) throws {
    if let edge0, edge0.isWanted { (edge0 as? RematNode)?.take(gradient, number) }
  }
}

extension GradNode {
  /// Marks the nodes that this thread makes in `body` as those of a segment.
  fileprivate static func with<R>(segment: UInt32, _ body: () throws -> R) rethrows -> R {
    let before = mk_segment()
    mk_set_segment(segment)
    defer { mk_set_segment(before) }
    return try body()
  }

  /// The nodes that a segment's nodes take from outside of it.
  fileprivate static func inputs(
    of outputs: [Tensor], _ segment: UInt32, except variables: [Tensor]
  ) -> [GradNode] {
    var seen = Set(variables.compactMap { $0.history.map { ObjectIdentifier($0) } })
    var found: [GradNode] = []
    var stack = outputs.compactMap(\.history)
    while let node = stack.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      if node.segment == segment {
        node.forEachEdge { stack.append($0) }
      } else {
        found.append(node)
      }
    }
    return found
  }
}
