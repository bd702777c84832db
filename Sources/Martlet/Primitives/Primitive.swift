import CKernels

/// One of the few dozen operations that everything else is composed of: what eager execution,
/// autograd, compilation, export and tests read.
///
/// A primitive is a small value: which operation, with its attributes. It has a method (usually
/// `callAsFunction`) that infers the result's shape and dtype, lets the backend compute, and
/// records.
protocol Primitive: Sendable {
  /// Its place in the registry.
  static var kind: PrimitiveKind { get }

  /// What messages and exports call it.
  var name: String { get }

  var fusion: FusionClass { get }

  /// The values that `backward` reads, given which inputs need gradients. Only these are kept alive
  /// by a record.
  func saves(_ needs: Needs) -> Saves

  /// Sends the gradient of every input that needs one, given that of the result, in tensor
  /// operations: so it can be differentiated itself.
  func backward(_ gradient: Tensor, _ record: Recorded<Self>) throws

  /// Drops what the primitive itself keeps for `backward`, which will not be called again.
  mutating func release()
}

extension Primitive {
  /// Nothing.
  mutating func release() {}
}

/// How a primitive combines with its neighbours when a graph is compiled.
enum FusionClass: Sendable {
  /// Each element of the result depends on the elements at the same place.
  case elementwise
  /// Elements along some dimensions become one.
  case reduction
  /// The same elements under another shape; no computation.
  case view
  /// Sums of products: matrix products and convolutions.
  case contraction
  /// None of these.
  case opaque
}

/// Which of the inputs need gradients.
struct Needs: OptionSet {
  let rawValue: UInt8
  static let x = Needs(rawValue: 1)
  static let y = Needs(rawValue: 2)
  static let z = Needs(rawValue: 4)
}

/// Which values a record keeps.
struct Saves: OptionSet {
  let rawValue: UInt8
  static let x = Saves(rawValue: 1)
  static let y = Saves(rawValue: 2)
  static let z = Saves(rawValue: 4)
  static let output = Saves(rawValue: 8)

  /// What a product of x and y keeps: each for the gradient of the other.
  static func ofProduct(_ needs: Needs) -> Saves {
    var saves: Saves = []
    if needs.contains(.x) { saves.insert(.y) }
    if needs.contains(.y) { saves.insert(.x) }
    return saves
  }
}

/// An application of a primitive, as autograd records it.
final class Recorded<P: Primitive>: GradNode, @unchecked Sendable {
  @exclusivity(unchecked) private var primitive: P
  @exclusivity(unchecked) private var savedX: Buffer?
  @exclusivity(unchecked) private var savedY: Buffer?
  @exclusivity(unchecked) private var savedZ: Buffer?
  @exclusivity(unchecked) private var savedOutput: Buffer?
  @exclusivity(unchecked) private var isReleased = false
  /// Inputs without dimensions that broadcasting stretched: their gradients are sums. Others that
  /// are stretched come as recorded views; these are so common that they are spared one.
  private let stretched: Needs

  @inline(__always)
  init(_ primitive: P, _ x: Tensor, _ output: Buffer) {
    self.primitive = primitive
    stretched = []
    let saves = primitive.saves(.x)
    savedX = saves.contains(.x) ? x.buffer : nil
    savedOutput = saves.contains(.output) ? output : nil
    super.init(x.history)
  }

  @inline(__always)
  init(_ primitive: P, _ x: Tensor, _ y: Tensor, _ output: Buffer) {
    self.primitive = primitive
    var stretched: Needs = []
    if output.rank > 0 {
      if x.rank == 0 { stretched.insert(.x) }
      if y.rank == 0 { stretched.insert(.y) }
    }
    self.stretched = stretched
    var needs: Needs = []
    if x.history != nil { needs.insert(.x) }
    if y.history != nil { needs.insert(.y) }
    let saves = primitive.saves(needs)
    savedX = saves.contains(.x) ? x.buffer : nil
    savedY = saves.contains(.y) ? y.buffer : nil
    savedOutput = saves.contains(.output) ? output : nil
    super.init(x.history, y.history)
  }

  init(_ primitive: P, _ x: Tensor, _ y: Tensor?, _ z: Tensor?, _ output: Buffer) {
    self.primitive = primitive
    stretched = []
    var needs: Needs = []
    if x.history != nil { needs.insert(.x) }
    if y?.history != nil { needs.insert(.y) }
    if z?.history != nil { needs.insert(.z) }
    let saves = primitive.saves(needs)
    savedX = saves.contains(.x) ? x.buffer : nil
    savedY = saves.contains(.y) ? y?.buffer : nil
    savedZ = saves.contains(.z) ? z?.buffer : nil
    savedOutput = saves.contains(.output) ? output : nil
    super.init(x.history, y?.history, z?.history)
  }

  init(_ primitive: P, inputs: [Tensor], _ output: Buffer) {
    self.primitive = primitive
    stretched = []
    savedOutput = primitive.saves([]).contains(.output) ? output : nil
    super.init(edges: inputs.map(\.history))
  }

  override var name: String { primitive.name }
  override var kind: PrimitiveKind? { P.kind }

  override func backward(_ gradient: Tensor) throws {
    guard !isReleased else {
      throw TensorError.autograd(
        "backward goes through \(name) a second time, but what it saved was freed by the first;"
          + " pass retainGraph: true there to keep it")
    }
    try primitive.backward(gradient, self)
  }

  override func release() {
    primitive.release()
    savedX = nil
    savedY = nil
    savedZ = nil
    savedOutput = nil
    isReleased = true
  }

  // MARK: What a derivative reads

  /// The first input, with its own record.
  var x: Tensor {
    @inline(__always) get throws { Tensor(try saved(savedX), edge0) }
  }
  var y: Tensor {
    @inline(__always) get throws { Tensor(try saved(savedY), edge1) }
  }
  var z: Tensor {
    @inline(__always) get throws { Tensor(try saved(savedZ), edge2) }
  }
  /// The second input where a primitive can do without, such as a weight.
  var optionalY: Tensor? { savedY.map { Tensor($0, edge1) } }
  /// The result.
  var output: Tensor {
    @inline(__always) get throws { Tensor(try saved(savedOutput), self) }
  }

  @inline(__always)
  private func saved(_ buffer: Buffer?) throws -> Buffer {
    guard let buffer else {
      throw TensorError.autograd("\(name): its derivative reads a value that was not saved")
    }
    return buffer
  }

  // MARK: Where it sends gradients; what no input needs is not computed

  /// Whether the gradient of the first input is asked for.
  var wantsX: Bool { edge0?.isWanted ?? false }
  var wantsY: Bool { edge1?.isWanted ?? false }
  var wantsZ: Bool { edge2?.isWanted ?? false }

  @inline(__always)
  func sendX(_ gradient: @autoclosure () throws -> Tensor) throws {
    guard let edge0, edge0.isWanted else { return }
    try edge0.collect(stretched.contains(.x) ? gradient().sum() : gradient())
  }
  /// A gradient of some of the input's elements.
  func sendX(_ gradient: Tensor, at selection: Selection) throws {
    if let edge0, edge0.isWanted { try edge0.collect(gradient, at: selection) }
  }
  @inline(__always)
  func sendY(_ gradient: @autoclosure () throws -> Tensor) throws {
    guard let edge1, edge1.isWanted else { return }
    try edge1.collect(stretched.contains(.y) ? gradient().sum() : gradient())
  }
  @inline(__always)
  func sendZ(_ gradient: @autoclosure () throws -> Tensor) throws {
    if let edge2, edge2.isWanted { try edge2.collect(gradient()) }
  }
  /// Gradients that one kernel has computed; nil for an input that needs none.
  func send(_ dx: Buffer?, _ dy: Buffer?, _ dz: Buffer?) throws {
    if let dx { try sendX(Tensor(dx)) }
    if let dy { try sendY(Tensor(dy)) }
    if let dz { try sendZ(Tensor(dz)) }
  }
  /// Whether the gradient of an input of an operation with many is asked for.
  func wants(_ index: Int) -> Bool { moreEdges[index]?.isWanted ?? false }
  func send(_ index: Int, _ gradient: @autoclosure () throws -> Tensor) throws {
    if let edge = moreEdges[index], edge.isWanted { try edge.collect(gradient()) }
  }
}

extension Primitive {
  /// The result as a tensor, recorded if the input needs gradients.
  @inline(__always)
  func record(_ output: Buffer, _ x: Tensor) throws -> Tensor {
    let mode = Mode.current
    if mode.contains(.anomaly) { try checkResult(output) }
    guard x.history != nil, !mode.contains(.noGrad), output.dtype.isFloatingPoint else {
      return Tensor(output)
    }
    return Tensor(output, Recorded(self, x, output))
  }

  @inline(__always)
  func record(_ output: Buffer, _ x: Tensor, _ y: Tensor) throws -> Tensor {
    let mode = Mode.current
    if mode.contains(.anomaly) { try checkResult(output) }
    guard x.history != nil || y.history != nil, !mode.contains(.noGrad),
      output.dtype.isFloatingPoint
    else { return Tensor(output) }
    return Tensor(output, Recorded(self, x, y, output))
  }

  func record(_ output: Buffer, _ x: Tensor, _ y: Tensor?, _ z: Tensor?) throws -> Tensor {
    let mode = Mode.current
    if mode.contains(.anomaly) { try checkResult(output) }
    guard x.history != nil || y?.history != nil || z?.history != nil, !mode.contains(.noGrad),
      output.dtype.isFloatingPoint
    else { return Tensor(output) }
    return Tensor(output, Recorded(self, x, y, z, output))
  }

  func record(_ output: Buffer, inputs: [Tensor]) throws -> Tensor {
    let mode = Mode.current
    if mode.contains(.anomaly) { try checkResult(output) }
    guard inputs.contains(where: { $0.history != nil }), !mode.contains(.noGrad),
      output.dtype.isFloatingPoint
    else { return Tensor(output) }
    return Tensor(output, Recorded(self, inputs: inputs, output))
  }

  private func checkResult(_ output: Buffer) throws {
    guard output.dtype.isFloatingPoint else { return }
    try Mode.with(.unrecorded) {
      if try Tensor(output).hasNaN() {
        throw TensorError.anomaly(
          operation: name, reason: "its result of shape \(output.sizes) has a NaN")
      }
    }
  }
}
