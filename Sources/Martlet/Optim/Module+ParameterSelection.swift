extension Module {
  /// The parameters for which `isIncluded` is true, each once.
  ///
  ///     let matrices = net.parameters { name, parameter in parameter.value.rank == 2 }
  public func parameters(
    where isIncluded: (_ name: String, _ parameter: Parameter) throws -> Bool
  ) rethrows -> [Parameter] {
    try namedParameters().filter(isIncluded).map(\.parameter)
  }

  /// The parameters whose path matches a pattern in which `*` stands for any characters, also dots
  /// and none, and `?` for one character.
  ///
  ///     let biases = net.parameters(matching: "*bias")
  public func parameters(matching pattern: String) -> [Parameter] {
    parameters { name, _ in matches(Array(name), Array(pattern)) }
  }
}

/// Whether a name matches a pattern with `*` and `?`. After a mismatch the last `*` takes one
/// character more, so that no pattern takes longer than the product of the lengths.
private func matches(_ name: [Character], _ pattern: [Character]) -> Bool {
  var (i, j) = (0, 0)
  var retry: (name: Int, pattern: Int)?
  while i < name.count {
    if j < pattern.count, pattern[j] == "*" {
      retry = (i, j)
      j += 1
    } else if j < pattern.count, pattern[j] == "?" || pattern[j] == name[i] {
      i += 1
      j += 1
    } else if let last = retry {
      retry = (last.name + 1, last.pattern)
      (i, j) = (last.name + 1, last.pattern + 1)
    } else {
      return false
    }
  }
  return pattern[j...].allSatisfy { $0 == "*" }
}
