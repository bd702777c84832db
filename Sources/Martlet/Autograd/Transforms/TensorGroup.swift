/// A tensor, or a structure of several: what transforms of functions take and give. Tensors, arrays
/// and optionals of groups, and `TensorDictionary` are groups; a type of your own becomes one by
/// naming its tensors:
///
///     struct State: TensorGroup {
///       var position: Tensor
///       var velocity: Tensor
///       mutating func updateTensors(_ body: (inout Tensor) throws -> Void) rethrows {
///         try body(&position)
///         try body(&velocity)
///       }
///     }
public protocol TensorGroup {
  /// Calls `body` with every tensor of the group, always in the same order; what it leaves takes
  /// the tensor's place.
  ///
  ///     try state.updateTensors { $0 = try $0.detached() }
  mutating func updateTensors(_ body: (inout Tensor) throws -> Void) rethrows
}

extension Tensor: TensorGroup {
  /// The tensor itself.
  public mutating func updateTensors(_ body: (inout Tensor) throws -> Void) rethrows {
    try body(&self)
  }
}

extension Array: TensorGroup where Element: TensorGroup {
  /// The elements' tensors.
  public mutating func updateTensors(_ body: (inout Tensor) throws -> Void) rethrows {
    for i in indices { try self[i].updateTensors(body) }
  }
}

extension Optional: TensorGroup where Wrapped: TensorGroup {
  /// The tensors of what is there, if anything is.
  public mutating func updateTensors(_ body: (inout Tensor) throws -> Void) rethrows {
    try self?.updateTensors(body)
  }
}

extension TensorDictionary: TensorGroup {
  /// The tensors in the order of their names.
  public mutating func updateTensors(_ body: (inout Tensor) throws -> Void) rethrows {
    for name in names {
      guard var tensor = self[name] else { continue }
      try body(&tensor)
      self[name] = tensor
    }
  }
}

extension TensorGroup {
  /// The tensors in their order.
  var tensors: [Tensor] {
    var copy = self
    var all: [Tensor] = []
    copy.updateTensors { all.append($0) }
    return all
  }

  /// The same structure of constants.
  func detached() -> Self {
    var copy = self
    copy.updateTensors { $0 = $0.detached() }
    return copy
  }

  /// The same structure around the next tensors of a list.
  func filled(from next: inout IndexingIterator<[Tensor]>) -> Self {
    var copy = self
    copy.updateTensors { if let tensor = next.next() { $0 = tensor } }
    return copy
  }
}

/// The tensors of each of several groups.
func tensorLists<each Group: TensorGroup>(_ groups: repeat each Group) -> [[Tensor]] {
  var lists: [[Tensor]] = []
  for group in repeat each groups { lists.append(group.tensors) }
  return lists
}

/// All tensors of several groups.
func allTensors<each Group: TensorGroup>(_ groups: repeat each Group) -> [Tensor] {
  tensorLists(repeat each groups).flatMap { $0 }
}

/// The same structures around other tensors.
func rebuilt<each Group: TensorGroup>(_ groups: repeat each Group, around tensors: [Tensor]) -> (
  repeat each Group
) {
  var next = tensors.makeIterator()
  return (repeat (each groups).filled(from: &next))
}
