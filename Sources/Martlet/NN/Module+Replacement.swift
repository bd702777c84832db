/// A container whose modules can be replaced by name.
protocol ReplaceableContents: AnyObject {
  /// Puts a value in the place of that name; false if the container takes only others.
  func replace(_ name: String, with value: Any) -> Bool
}

extension ModuleElements: ReplaceableContents {
  final func replace(_ name: String, with value: Any) -> Bool {
    guard let position = Int(name), elements.indices.contains(position),
      let value = value as? Element
    else { return false }
    elements[position] = value
    return true
  }
}

extension ModuleEntries: ReplaceableContents {
  final func replace(_ name: String, with value: Any) -> Bool {
    guard self[name] != nil, let value = value as? Element else { return false }
    self[name] = value
    return true
  }
}

extension Module {
  /// Puts other modules in the place of those inside of `Sequential`, `ModuleList` and `ModuleDict`
  /// anywhere in the tree. One in a property is replaced by an assignment to it.
  ///
  ///     try net.replaceModules { _, module in
  ///       module is ReLU ? GELU() : nil
  ///     }
  ///
  /// - Parameter replacement: Given the path and the module; returns the module to put there, or
  ///   nil for the same. What is inside of a module that it has put there is not visited.
  /// - Returns: How many were replaced.
  /// - Throws: What `replacement` throws; `TensorError.argument` for a module of a kind that its
  ///   place does not take. What was replaced before that stays so.
  @discardableResult
  public func replaceModules(
    _ replacement: (_ path: String, _ module: any Module) throws -> (any Module)?
  ) throws -> Int {
    var seen: Set<ObjectIdentifier> = []
    return try replaceModules("", &seen, replacement)
  }

  private func replaceModules(
    _ path: String, _ seen: inout Set<ObjectIdentifier>,
    _ replacement: (_ path: String, _ module: any Module) throws -> (any Module)?
  ) throws -> Int {
    guard seen.insert(ObjectIdentifier(self)).inserted else { return 0 }
    var count = 0
    for (name, member) in members {
      guard case .module(let child) = member else { continue }
      let childPath = path.isEmpty ? name : "\(path).\(name)"
      if let container = self as? any ReplaceableContents,
        let other = try replacement(childPath, child)
      {
        guard container.replace(name, with: other) else {
          throw TensorError.argument(
            operation: "replaceModules",
            reason: "a \(other.layerName) cannot be put at \(childPath), which takes what a "
              + "\(layerName) holds")
        }
        count += 1
      } else {
        count += try child.replaceModules(childPath, &seen, replacement)
      }
    }
    return count
  }

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
      throw TensorError.stateDict(
        missing: names.filter { !found.contains($0) },
        unexpected: found.filter { !names.contains($0) },
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
