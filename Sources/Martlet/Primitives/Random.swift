import CKernels
import Synchronization

/// A source of random numbers: a seed and how many blocks of numbers have been taken. Every number
/// depends on the seed and its position alone, so that neither threads nor devices change it.
public final class Generator: Sendable {
  private let state: Mutex<(seed: UInt64, offset: UInt64)>

  /// A generator whose numbers depend on the seed alone.
  ///
  ///     let generator = Generator(seed: 1)
  public init(seed: UInt64) {
    state = Mutex((seed, 0))
  }

  /// A seed that nobody can foresee.
  public convenience init() {
    var random = SystemRandomNumberGenerator()
    self.init(seed: random.next())
  }

  /// Starts over from `seed`.
  public func reset(seed: UInt64) {
    state.withLock { $0 = (seed, 0) }
  }

  /// The seed that the numbers depend on.
  public var seed: UInt64 { state.withLock { $0.seed } }

  /// Takes `count` blocks of numbers.
  func take(_ count: UInt64) -> (seed: UInt64, offset: UInt64) {
    state.withLock { state in
      let taken = state
      state.offset &+= count
      return taken
    }
  }

  /// Where the numbers stand.
  struct State: Sendable, Equatable {
    var seed: UInt64
    var offset: UInt64
  }

  /// A generator whose numbers go on from where those of another stood.
  init(_ state: State) {
    self.state = Mutex((state.seed, state.offset))
  }

  var position: State {
    state.withLock { State(seed: $0.seed, offset: $0.offset) }
  }

  /// Passes by the numbers that were taken elsewhere in this generator's place.
  func advance(from start: State, to end: State) {
    state.withLock { state in
      if start.seed != end.seed || state == (start.seed, start.offset) {
        state = (end.seed, end.offset)
      } else {
        state.offset &+= end.offset &- start.offset
      }
    }
  }

  @TaskLocal private static var scoped: Generator?
  private static let process = Generator()

  /// The generator in force: the one of the innermost `withSeed`, else the process's.
  public static var current: Generator { scoped ?? process }

  static func with<R>(_ generator: Generator, _ body: () throws -> R) rethrows -> R {
    try $scoped.withValue(generator, operation: body)
  }
}

/// Runs `body` with random numbers that depend on `seed` only. Tasks that `body` starts use the
/// same generator.
///
///     let x = withSeed(1) { Tensor.randn([3]) }
public func withSeed<R>(_ seed: UInt64, _ body: () throws -> R) rethrows -> R {
  try Generator.with(Generator(seed: seed), body)
}

/// Makes the process's random numbers start over from `seed` (those of the innermost `withSeed`,
/// inside of one).
///
///     manualSeed(1)
public func manualSeed(_ seed: UInt64) {
  Generator.current.reset(seed: seed)
}

/// New random elements.
enum Random {
  /// A tensor of nothing on the device where random numbers are made, which inside of `vmap` is
  /// that of an example. The device exists as long as a tensor does.
  @inline(__always)
  static func place(_ dtype: DType, _ device: Device) throws -> Place {
    guard VmapScope.current != nil else { return Place(target: device, example: nil) }
    let nothing = try Tensor(Buffer(Dims(repeating: 0, rank: 1), dtype, device))
    let example = try nothing.forEachRandomExample()
    return Place(target: example.device, example: example)
  }

  struct Place {
    let target: Device
    let example: Tensor?
  }

  static func fill(
    _ kind: mk_random_kind, _ sizes: Dims, _ dtype: DType, _ device: Device, a: Double = 0,
    b: Double = 0, low: Int = 0, high: Int = 0
  ) throws -> Tensor {
    let place = try place(dtype, device)
    let out = try Buffer(sizes, dtype, place.target)
    try out.backend.random(kind, out, a: a, b: b, low: low, high: high)
    return Tensor(out)
  }
}

/// Elements set to zero with probability p, the others scaled by 1 / (1 - p).
///
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
struct DropoutMask: Primitive {
  var p: Double
  /// bool, true where an element was kept.
  var mask: Buffer

  static var kind: PrimitiveKind { .dropout }
  var name: String { "dropout" }
  var fusion: FusionClass { .opaque }

  /// x is floating point; p in [0, 1).
  static func callAsFunction(_ x: Tensor, p: Double) throws -> Tensor {
    let x = try x.forEachRandomExample()
    let out = try Buffer(x.sizes, x.dtype, x.target)
    let mask = try Buffer(x.sizes, .bool, x.target)
    try out.backend.dropout(out, mask, x.buffer, p: p)
    return try DropoutMask(p: p, mask: mask).record(out, x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<DropoutMask>) throws {
    try record.sendX((g * (1 / (1 - p))).masked(by: Tensor(mask)))
  }
}
