extension GroupedOptimizer: CustomStringConvertible {
  /// The hyper-parameters of every group under PyTorch's names, as PyTorch prints them, and how
  /// many parameters it has.
  ///
  ///     print(optimizer)
  public var description: String {
    var lines = ["\(Self.name) ("]
    for (number, group) in groups.enumerated() {
      lines.append("Parameter Group \(number)")
      var values = Self.hyperParameters.map { ($0.name, $0.text(group.options)) }
      if let rate = group.initialLearningRate { values.append(("initial_lr", rate.literal)) }
      values.append(("params", "\(group.slots.count)"))
      lines += values.sorted { $0.0 < $1.0 }.map { "    \($0): \($1)" }
    }
    return (lines + [")"]).joined(separator: "\n")
  }
}
