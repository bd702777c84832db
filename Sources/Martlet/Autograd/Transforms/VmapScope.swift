import CKernels

/// The calls of `vmap` that run on a thread, the innermost one first.
final class VmapScope {
  let axis: ExampleAxis
  private let outer: VmapScope?

  private init(_ axis: ExampleAxis, _ outer: VmapScope?) {
    self.axis = axis
    self.outer = outer
  }

  static var current: VmapScope? {
    @inline(__always) get {
      guard let address = mk_vmap() else { return nil }
      return Unmanaged<VmapScope>.fromOpaque(address).takeUnretainedValue()
    }
  }

  /// Runs `body` as for one of the examples.
  static func with<R>(_ axis: ExampleAxis, _ body: () throws -> R) rethrows -> R {
    try with(VmapScope(axis, current), body)
  }

  /// Runs `body` inside of other calls than those that run on this thread.
  static func with<R>(_ scope: VmapScope?, _ body: () throws -> R) rethrows -> R {
    let before = mk_vmap()
    mk_set_vmap(scope.map { Unmanaged.passUnretained($0).toOpaque() })
    defer { mk_set_vmap(before) }
    return try withExtendedLifetime(scope, body)
  }

  /// The axes of all calls, the outermost first.
  private var axes: [ExampleAxis] { (outer?.axes ?? []) + [axis] }

  /// What a variable made here varies with: all examples.
  func space(on base: Device) -> ExampleSpace { ExampleSpace.of(sorted(axes), on: base) }

  /// What random numbers made here vary with; nil for nothing.
  ///
  /// - Throws: `TensorError.argument` if a call forbids them.
  func randomSpace(on base: Device) throws -> ExampleSpace? {
    let axes = try axes.filter { try $0.differsRandomly }
    return axes.isEmpty ? nil : ExampleSpace.of(sorted(axes), on: base)
  }

  private func sorted(_ axes: [ExampleAxis]) -> [ExampleAxis] {
    axes.sorted { $0.number < $1.number }
  }
}

extension ExampleAxis {
  /// Whether each example has random numbers of its own.
  var differsRandomly: Bool {
    get throws {
      switch randomness {
      case .different: return true
      case .same: return false
      case .error:
        throw TensorError.argument(
          operation: "vmap",
          reason:
            "the function draws random numbers; say by randomness: whether they are .different"
            + " or the .same for each example")
      }
    }
  }
}

extension Tensor {
  /// This tensor for each of the examples that it is used in: what a variable that is made inside
  /// of `vmap` has to be for its gradient to be that of one example.
  @inline(__always)
  func forEachExample() throws -> Tensor {
    guard let scope = VmapScope.current else { return self }
    let own = try ExampleSpace.of(target)
    let all = scope.space(on: own?.base ?? device)
    let space = own.map { ExampleSpace.union($0, all) } ?? all
    return space.device == device ? self : try RepeatExamples.callAsFunction(self, over: space)
  }

  /// This tensor for each of the examples that have random numbers of their own.
  func forEachRandomExample() throws -> Tensor {
    let own = try ExampleSpace.of(target)
    guard let space = try VmapScope.current?.randomSpace(on: own?.base ?? device) else {
      return self
    }
    let union = own.map { ExampleSpace.union($0, space) } ?? space
    return union.device == device ? self : try RepeatExamples.callAsFunction(self, over: union)
  }
}
