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
}
