import Synchronization

/// One call of `vmap`: how many examples there are.
final class ExampleAxis: Sendable {
  /// Calls that begin later have greater numbers; so inner ones have greater ones than outer ones.
  let number: UInt64
  let size: Int
  let randomness: VmapRandomness
  private let open = Atomic(true)
  private static let numbers = Atomic<UInt64>(0)

  init(size: Int, randomness: VmapRandomness) {
    number = ExampleAxis.numbers.wrappingAdd(1, ordering: .relaxed).newValue
    self.size = size
    self.randomness = randomness
  }

  /// Whether the call is still running.
  var isOpen: Bool { open.load(ordering: .relaxed) }
  func close() { open.store(false, ordering: .relaxed) }
}

/// What tensors inside of `vmap` vary with: the examples of one call or of several nested ones. A
/// device of such tensors.
final class ExampleSpace: Sendable {
  /// In the order of their numbers, at least one.
  let axes: [ExampleAxis]
  /// Where the elements of all examples are.
  let base: Device
  let device: Device
  /// The space without the last axis; nil if it is the only one.
  let enclosing: ExampleSpace?

  /// The axis over which buffers on this device are batches of buffers on the enclosing one.
  var axis: ExampleAxis { axes[axes.count - 1] }
  var enclosingDevice: Device { enclosing?.device ?? base }

  private init(_ axes: [ExampleAxis], _ base: Device, _ device: Device, _ enclosing: ExampleSpace?)
  {
    self.axes = axes
    self.base = base
    self.device = device
    self.enclosing = enclosing
  }

  deinit {
    let (key, code) = (Key(axes, base), device.code)
    ExampleSpace.table.withLock { table in
      table.spaces[code] = nil
      if table.codes[key] == code { table.codes[key] = nil }
    }
  }

  // MARK: All spaces, by device

  private struct Key: Hashable {
    let axes: [UInt64]
    let base: Device

    init(_ axes: [ExampleAxis], _ base: Device) {
      self.axes = axes.map(\.number)
      self.base = base
    }
  }

  private final class Reference: Sendable {
    nonisolated(unsafe) weak var space: ExampleSpace?
    init(_ space: ExampleSpace) { self.space = space }
  }

  private struct Table {
    var spaces: [UInt32: Reference] = [:]
    var codes: [Key: UInt32] = [:]
    var next = Device.firstExamples

    mutating func newCode() -> UInt32 {
      repeat {
        next = next == .max ? Device.firstExamples : next + 1
      } while spaces[next] != nil
      return next
    }
  }

  private static let table = Mutex(Table())

  /// The space of these axes, which are in order; it exists as long as somebody refers to it.
  static func of(_ axes: [ExampleAxis], on base: Device) -> ExampleSpace {
    let enclosing = axes.count > 1 ? of(axes.dropLast(), on: base) : nil
    let key = Key(axes, base)
    return table.withLock { table in
      if let code = table.codes[key], let space = table.spaces[code]?.space { return space }
      let code = table.newCode()
      let space = ExampleSpace(axes, base, Device(code: code), enclosing)
      table.codes[key] = code
      table.spaces[code] = Reference(space)
      return space
    }
  }

  /// The space that a device stands for; nil for other devices.
  static func of(_ device: Device) throws -> ExampleSpace? {
    guard device.isOfExamples else { return nil }
    guard let space = table.withLock({ $0.spaces[device.code]?.space }) else {
      throw TensorError.device(
        operation: "vmap", reason: "the device of an example is gone with the call that made it")
    }
    return space
  }

  // MARK: Axes more and less

  func contains(_ axis: ExampleAxis) -> Bool { axes.contains { $0 === axis } }

  /// The space with all axes of both.
  static func union(_ a: ExampleSpace, _ b: ExampleSpace) -> ExampleSpace {
    of((a.axes + b.axes.filter { !a.contains($0) }).sorted { $0.number < $1.number }, on: a.base)
  }
}
