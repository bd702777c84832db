extension Module {
  /// The tree of modules with their arguments, as PyTorch prints it.
  ///
  ///     print(net)
  ///
  /// The words are PyTorch's but for the dtypes of parameters in lists and dictionaries of them,
  /// which have a line each, indented as modules are (`(0): Parameter containing: [float32 of size
  /// 2x3]`), and for attention's projection, which is a `Linear` as any.
  public var description: String {
    let members = members
    var name = layerName
    if case ("parametrizations", .module(is ModuleDict<ParametrizationList>))? = members.last {
      name = "Parametrized" + name
    }
    let parts = describedParts(members)
    if parts.isEmpty { return "\(name)(\(extraDescription))" }
    var lines = ["\(name)("]
    if !extraDescription.isEmpty { lines.append("  \(extraDescription)") }
    for (name, text) in parts {
      let indented = text.split(separator: "\n", omittingEmptySubsequences: false)
      lines.append("  (\(name)): \(indented.joined(separator: "\n  "))")
    }
    return (lines + [")"]).joined(separator: "\n")
  }

  /// The texts of submodules, or of the parameters of a list of them. Equal neighbours in a list of
  /// modules are one entry: `(0-2): 3 x ReLU()`.
  private func describedParts(_ members: [(name: String, member: ModuleMember)]) -> [(
    name: String, text: String
  )] {
    let showsParameters = self is ModuleEntries<Parameter> || self is ModuleElements<Parameter>
    var parts: [(name: String, text: String, count: Int)] = []
    for (name, member) in members {
      let text: String
      switch member {
      case .module(let module): text = module.description
      case .parameter(let parameter) where showsParameters:
        let sizes = parameter.value.shape.map(String.init).joined(separator: "x")
        text = "Parameter containing: [\(parameter.value.dtype) of size \(sizes)]"
      default: continue
      }
      if layerName == "ModuleList", let last = parts.last, last.text == text {
        parts[parts.count - 1].count += 1
      } else {
        parts.append((name, text, 1))
      }
    }
    return parts.map { name, text, count in
      guard count > 1, let first = Int(name) else { return (name, text) }
      return ("\(first)-\(first + count - 1)", "\(count) x \(text)")
    }
  }
}
