/// What a stored property of a module holds.
enum ModuleMember {
  case parameter(Parameter)
  case buffer(ModuleBuffer)
  case module(any Module)
}

extension Module {
  /// The parameters, buffers and submodules that this module itself has, by name, in the order of
  /// declaration. Parameters that are computed from others are replaced by those, at the end.
  var members: [(name: String, member: ModuleMember)] {
    var lists: ModuleDict<ParametrizationList>?
    var found = storedMembers.filter { name, member in
      guard case .parameter(let parameter) = member, let list = parameter.parametrizations
      else { return true }
      if lists == nil { lists = ModuleDict() }
      lists?[name] = list
      return false
    }
    if let lists { found.append(("parametrizations", .module(lists))) }
    return found
  }

  /// As `members`, with the parameters that are computed from others.
  var storedMembers: [(name: String, member: ModuleMember)] {
    if let container = self as? any ModuleContainer {
      var found: [(name: String, member: ModuleMember)] = []
      for (name, value) in container.contents {
        if let parameter = value as? Parameter {
          found.append((name, .parameter(parameter)))
        } else {
          collect(value, name, into: &found)
        }
      }
      return found
    }
    let renamed = memberNames
    var found: [(name: String, member: ModuleMember)] = []
    // Superclasses first, as they declare first.
    var mirrors: [Mirror] = []
    var mirror: Mirror? = Mirror(reflecting: self)
    while let next = mirror {
      mirrors.append(next)
      mirror = next.superclassMirror
    }
    for mirror in mirrors.reversed() {
      for child in mirror.children {
        guard let label = child.label else { continue }
        // A property wrapper stores `_weight` for `weight`.
        let name = label.hasPrefix("_") ? String(label.dropFirst()) : label
        collect(child.value, renamed[name] ?? name, into: &found)
      }
    }
    return found
  }

  private func collect(
    _ value: Any, _ name: String, into found: inout [(name: String, member: ModuleMember)]
  ) {
    switch value {
    case let parameter as Parameter: found.append((parameter.name ?? name, .parameter(parameter)))
    case let buffer as ModuleBuffer: found.append((buffer.name ?? name, .buffer(buffer)))
    case let module as any Module: found.append((name, .module(module)))
    default:
      let mirror = Mirror(reflecting: value)
      switch mirror.displayStyle {
      case .optional:
        if let inner = mirror.children.first { collect(inner.value, name, into: &found) }
      case .collection:
        for (position, element) in mirror.children.enumerated() {
          collect(element.value, "\(name).\(position)", into: &found)
        }
      default: break
      }
    }
  }

  /// All modules, this one first (under the empty name), each once, by path.
  ///
  ///     for (name, module) in net.namedModules() { print(name, type(of: module)) }
  public func namedModules() -> [(name: String, module: any Module)] {
    var seen: Set<ObjectIdentifier> = []
    var found: [(name: String, module: any Module)] = []
    func visit(_ module: any Module, _ path: String) {
      guard seen.insert(ObjectIdentifier(module)).inserted else { return }
      found.append((path, module))
      for (name, member) in module.members {
        if case .module(let child) = member {
          visit(child, path.isEmpty ? name : "\(path).\(name)")
        }
      }
    }
    visit(self, "")
    return found
  }

  /// All parameters, each once, by path: `encoder.2.weight`.
  ///
  ///     for (name, parameter) in net.namedParameters() { print(name, parameter.value.shape) }
  public func namedParameters() -> [(name: String, parameter: Parameter)] {
    var seen: Set<ObjectIdentifier> = []
    return state.compactMap { name, member in
      guard case .parameter(let parameter) = member,
        seen.insert(ObjectIdentifier(parameter)).inserted
      else { return nil }
      return (name, parameter)
    }
  }

  /// All parameters, each once: what an optimizer takes.
  ///
  ///     let optimizer = try Adam(net.parameters())
  public func parameters() -> [Parameter] { namedParameters().map(\.parameter) }

  /// All buffers, each once, by path.
  ///
  ///     for (name, buffer) in net.namedBuffers() { print(name, buffer.value.shape) }
  public func namedBuffers() -> [(name: String, buffer: ModuleBuffer)] {
    var seen: Set<ObjectIdentifier> = []
    return state.compactMap { name, member in
      guard case .buffer(let buffer) = member, seen.insert(ObjectIdentifier(buffer)).inserted
      else { return nil }
      return (name, buffer)
    }
  }

  /// Everything in the tree but modules, by path: what is shared occurs under each of its names.
  var state: [(name: String, member: ModuleMember)] {
    var found: [(name: String, member: ModuleMember)] = []
    func visit(_ module: any Module, _ path: String) {
      for (name, member) in module.members {
        let full = path.isEmpty ? name : "\(path).\(name)"
        if case .module(let child) = member {
          visit(child, full)
        } else {
          found.append((full, member))
        }
      }
    }
    visit(self, "")
    return found
  }
}

/// A module whose members are what it contains, not its stored properties.
protocol ModuleContainer {
  /// Parameters and modules by name.
  var contents: [(name: String, value: Any)] { get }
}
