extension Module {
  /// The tree of modules with their arguments, as PyTorch prints it.
  public var treeDescription: String {
    let children = members.compactMap { name, member -> (String, any Module)? in
      if case .module(let child) = member { (name, child) } else { nil }
    }
    let type = layerName
    if children.isEmpty { return "\(type)(\(extraDescription))" }
    var lines = ["\(type)("]
    if !extraDescription.isEmpty { lines.append("  \(extraDescription)") }
    for (name, child) in children {
      let text = child.treeDescription.split(separator: "\n", omittingEmptySubsequences: false)
      lines.append("  (\(name)): \(text.joined(separator: "\n  "))")
    }
    return (lines + [")"]).joined(separator: "\n")
  }
}
