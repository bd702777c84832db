import Synchronization

/// The functions that run around the calls of modules.
///
/// Modules are classes of any kind, without room for hooks of their own: hooks are kept here, by
/// module. As long as there are none, a call costs one comparison more.
enum ModuleHooks {
  /// What runs before the call, and may replace the input.
  typealias Before<M: Module> = (M.Input) throws -> M.Input?
  /// What runs after the call, and may replace the output.
  typealias After<M: Module> = (M.Input, M.Output) throws -> M.Output?
  /// What runs the rest of the call itself.
  typealias Around<M: Module> = (M.Input, (M.Input) throws -> M.Output) throws -> M.Output

  /// A module's hooks in the order of registration: functions of the three kinds.
  private struct Hooks {
    weak var module: AnyObject?
    var list: [(id: Int, body: Any)] = []
  }

  private struct Table: @unchecked Sendable {
    var hooks: [ObjectIdentifier: Hooks] = [:]
    var nextID = 0
  }

  private static let table = Mutex(Table())
  private static let size = Atomic(0)

  /// Whether any module has hooks.
  @inline(__always)
  static var areInUse: Bool { size.load(ordering: .relaxed) > 0 }

  static func add(to module: AnyObject, _ body: Any) -> HookHandle {
    let key = ObjectIdentifier(module)
    let body = Unchecked(body)
    let module = Unchecked(module)
    let id = table.withLock { table in
      // Modules that are gone, one of which may have lain where this one does.
      table.hooks = table.hooks.filter { $0.value.module != nil }
      table.nextID += 1
      table.hooks[key, default: Hooks(module: module.value)].list.append((table.nextID, body.value))
      size.store(table.hooks.count, ordering: .relaxed)
      return table.nextID
    }
    return HookHandle(key, id)
  }

  fileprivate static func remove(_ id: Int, from key: ObjectIdentifier) {
    table.withLock { table in
      guard var hooks = table.hooks[key] else { return }
      hooks.list.removeAll { $0.id == id }
      table.hooks[key] = hooks.list.isEmpty || hooks.module == nil ? nil : hooks
      size.store(table.hooks.count, ordering: .relaxed)
    }
  }

  private static func hooks(of module: AnyObject) -> [Any] {
    let key = ObjectIdentifier(module)
    let hooks = table.withLock { Unchecked($0.hooks[key]) }.value
    guard let hooks, hooks.module === module else { return [] }
    return hooks.list.map(\.body)
  }

  /// `forward` with the module's hooks around it.
  static func call<M: Module>(_ module: M, _ input: M.Input) throws -> M.Output {
    let hooks = hooks(of: module)
    var input = input
    for case let before as Before<M> in hooks { input = try before(input) ?? input }
    var forward = module.forward
    for case let around as Around<M> in hooks {
      let inner = forward
      forward = { try around($0, inner) }
    }
    var output = try forward(input)
    for case let after as After<M> in hooks { output = try after(input, output) ?? output }
    return output
  }
}

/// Carries a value into a lock, whose owner answers for it.
private struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

/// A registered hook, which stays until it is removed or its module is gone.
public final class HookHandle: Sendable {
  private let key: ObjectIdentifier
  private let id: Int

  fileprivate init(_ key: ObjectIdentifier, _ id: Int) {
    self.key = key
    self.id = id
  }

  /// Ends the registration; a second time nothing happens.
  public func remove() { ModuleHooks.remove(id, from: key) }
}
