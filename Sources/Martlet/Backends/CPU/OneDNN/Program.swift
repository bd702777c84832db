import COneDNN
import Synchronization

/// A short sequence of oneDNN primitives with the memory between them laid out: reorder the
/// operands that the main primitive wants in another layout, run it, reorder its result.
///
/// Immutable once built. Calls may run at once on several threads: a memory object, which holds a
/// pointer, belongs to one call at a time, and the idle ones are kept.
final class Program: @unchecked Sendable {
  /// Where an argument lies.
  enum Place {
    /// One of the pointers given to `run`.
    case operand(Int)
    /// An offset in the call's workspace.
    case workspace(Int)
  }

  struct Argument {
    let id: Int32
    let descriptor: dnnl_memory_desc_t
    let place: Place
  }

  private struct Step {
    let primitive: dnnl_primitive_t
    let arguments: Range<Int>
  }

  private var steps: [Step] = []
  private var arguments: [Argument] = []
  private var workspaceBytes = 0
  private let runtime: OneDNN.Runtime
  private let idle = Mutex<[Bindings]>([])

  init() throws {
    runtime = try OneDNN.Runtime.shared.get()
  }

  deinit {
    for step in steps { dnnl_primitive_destroy(step.primitive) }
  }

  // MARK: Building, before the program is shared

  /// Sets `bytes` of the workspace aside, aligned to a cache line.
  func reserve(_ bytes: Int) throws -> Place {
    let (end, overflow) = workspaceBytes.addingReportingOverflow(bytes)
    guard bytes >= 0, !overflow, end < 1 << 46 else { throw OneDNNError.invalid("workspace") }
    defer { workspaceBytes = (end + 63) & ~63 }
    return .workspace(workspaceBytes)
  }

  var workspaceSize: Int { workspaceBytes }

  func append(_ description: PrimitiveDescription, _ arguments: [Argument]) throws {
    var primitive: dnnl_primitive_t?
    try OneDNN.check(
      dnnl_primitive_create(&primitive, description.handle), "dnnl_primitive_create")
    guard let primitive else { throw OneDNNError.failed("dnnl_primitive_create") }
    var all = arguments
    let scratchpad = description.memory(dnnl_query_scratchpad_md)
    let bytes = scratchpad.byteCount
    if bytes > 0 {
      let place = try reserve(bytes)
      all.append(Argument(id: DNNL_ARG_SCRATCHPAD, descriptor: scratchpad, place: place))
    }
    let start = self.arguments.count
    self.arguments += all
    steps.append(Step(primitive: primitive, arguments: start..<self.arguments.count))
  }

  /// Copies `source` into the layout `target`.
  func appendReorder(
    from source: dnnl_memory_desc_t, at sourcePlace: Place,
    to target: dnnl_memory_desc_t, at targetPlace: Place
  ) throws {
    let description = try PrimitiveDescription.reorder(source, target, runtime: runtime)
    try append(
      description,
      [
        Argument(id: DNNL_ARG_SRC, descriptor: source, place: sourcePlace),
        Argument(id: DNNL_ARG_DST, descriptor: target, place: targetPlace),
      ])
  }

  // MARK: Running

  /// Runs the steps on the operands' addresses; one that is not used may be 0.
  func run(_ operands: SIMD4<UInt>) throws {
    let workspace = try Workspace(bytes: workspaceBytes)
    let bindings =
      try idle.withLock { $0.popLast() } ?? Bindings(arguments, engine: runtime.engine)
    defer { idle.withLock { $0.append(bindings) } }
    try bindings.bind(operands, workspace: UInt(bitPattern: workspace.base))
    for step in steps {
      try OneDNN.check(
        dnnl_primitive_execute(
          step.primitive, runtime.stream, Int32(truncatingIfNeeded: step.arguments.count),
          bindings.pointer(at: step.arguments.lowerBound)),
        "dnnl_primitive_execute")
    }
  }
}

/// The memory objects of one running call.
private final class Bindings: @unchecked Sendable {
  private struct Slot {
    /// Which operand, or -1 for the workspace.
    var operand: Int
    var offset: UInt
    var address: UInt
  }

  private let executable: UnsafeMutableBufferPointer<dnnl_exec_arg_t>
  private let slots: UnsafeMutableBufferPointer<Slot>

  init(_ arguments: [Program.Argument], engine: dnnl_engine_t) throws {
    executable = .allocate(capacity: arguments.count)
    slots = .allocate(capacity: arguments.count)
    executable.initialize(repeating: dnnl_exec_arg_t(arg: 0, memory: nil))
    slots.initialize(repeating: Slot(operand: 0, offset: 0, address: 0))
    for (index, argument) in arguments.enumerated() {
      var memory: dnnl_memory_t?
      var descriptor = argument.descriptor
      try OneDNN.check(
        dnnl_memory_create(&memory, &descriptor, engine, nil), "dnnl_memory_create")
      executable[index] = dnnl_exec_arg_t(arg: argument.id, memory: memory)
      slots[index] =
        switch argument.place {
        case .operand(let operand): Slot(operand: operand, offset: 0, address: 0)
        case .workspace(let offset): Slot(operand: -1, offset: UInt(offset), address: 0)
        }
    }
  }

  deinit {
    for argument in executable { dnnl_memory_destroy(argument.memory) }
    executable.deallocate()
    slots.deallocate()
  }

  func pointer(at index: Int) -> UnsafePointer<dnnl_exec_arg_t>? {
    executable.baseAddress.map { UnsafePointer($0 + index) }
  }

  func bind(_ operands: SIMD4<UInt>, workspace: UInt) throws {
    for index in slots.indices {
      let slot = slots[index]
      let address = slot.operand < 0 ? workspace &+ slot.offset : operands[slot.operand]
      // Allocators hand the same blocks out again, so most addresses are those of the last call.
      if address == slot.address { continue }
      try OneDNN.check(
        dnnl_memory_set_data_handle(
          executable[index].memory, UnsafeMutableRawPointer(bitPattern: address)),
        "dnnl_memory_set_data_handle")
      slots[index].address = address
    }
  }
}
