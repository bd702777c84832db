extension Module {
  /// Another module with the values that this one has now, which training either does not change in
  /// the other.
  ///
  ///     let target = try net.deepCopy { Net() }
  ///
  /// How a module is built is known to its initializer alone, so the copy starts from one that
  /// `make` has built, and takes over the elements of parameters and buffers, which parameters are
  /// frozen, and which modules are in training mode.
  ///
  /// - Parameter make: Builds a module of the same structure.
  /// - Throws: What `make` throws; `TensorError.stateDict` listing in what its module differs.
  public func deepCopy<M: Module>(_ make: () throws -> M) throws -> M {
    let copy = try make()
    let (from, to) = (state, copy.state)
    let (names, found) = (from.map(\.name), to.map(\.name))
    guard names == found else {
      let (known, other) = (Set(names), Set(found))
      throw TensorError.stateDict(
        missing: names.filter { !other.contains($0) },
        unexpected: found.filter { !known.contains($0) },
        mismatched: names.sorted() == found.sorted() ? ["the order of the members"] : [])
    }
    var mismatched: [String] = []
    for (old, new) in zip(from, to) {
      switch (old.member, new.member) {
      case (.parameter(let x), .parameter(let y)) where x.value.shape != y.value.shape:
        mismatched.append("\(old.name) is \(y.value.shape), expected \(x.value.shape)")
      case (.parameter, .parameter), (.buffer, .buffer): break
      default: mismatched.append("\(old.name) is a parameter in one and a buffer in the other")
      }
    }
    guard mismatched.isEmpty else {
      throw TensorError.stateDict(missing: [], unexpected: [], mismatched: mismatched)
    }
    for (old, new) in zip(from, to) {
      switch (old.member, new.member) {
      case (.parameter(let old), .parameter(let new)):
        new.value = old.value.detached()
        new.requiresGrad = old.requiresGrad
      case (.buffer(let old), .buffer(let new)): new.value = old.value
      default: break
      }
    }
    let modes = Dictionary(
      namedModules().map { ($0.name, $0.module as? any TrainingDependent) },
      uniquingKeysWith: { first, _ in first })
    for (name, module) in copy.namedModules() {
      guard let module = module as? any TrainingDependent, let mode = modes[name] ?? nil else {
        continue
      }
      module.isTraining = mode.isTraining
    }
    return copy
  }
}
