/// Named tensors in a fixed order: what a file of tensors holds.
///
/// Names are unique; as with all Swift strings, two that differ only in Unicode normalisation are
/// the same name.
///
///     var weights: TensorDictionary = ["head.weight": weight]
///     weights["head.bias"] = bias
public struct TensorDictionary: Sendable, RandomAccessCollection {
  /// A tensor with its name.
  public typealias Element = (name: String, tensor: Tensor)

  private var elements: [Element] = []
  private var positions: [String: Int] = [:]

  /// A dictionary without tensors.
  public init() {}

  /// The pairs of a sequence in its order; of pairs with one name, the last counts.
  public init(_ pairs: some Sequence<(String, Tensor)>) {
    for (name, tensor) in pairs { self[name] = tensor }
  }

  /// A dictionary's tensors, sorted by name.
  public init(_ dictionary: [String: Tensor]) {
    for (name, tensor) in dictionary.sorted(by: { $0.key < $1.key }) { self[name] = tensor }
  }

  /// The first position, 0.
  public var startIndex: Int { 0 }
  /// The position after the last one.
  public var endIndex: Int { elements.count }
  /// The tensor at a position, with its name.
  public subscript(position: Int) -> Element { elements[position] }

  /// The names in their order.
  public var names: [String] { elements.map(\.name) }

  /// The tensor of this name. A new name goes to the end; assigning nil removes the name.
  ///
  ///     let bias = weights["head.bias"]
  public subscript(name: String) -> Tensor? {
    get { positions[name].map { elements[$0].tensor } }
    set {
      switch (positions[name], newValue) {
      case (let position?, let tensor?):
        elements[position].tensor = tensor
      case (nil, let tensor?):
        positions[name] = elements.count
        elements.append((name, tensor))
      case (let position?, nil):
        elements.remove(at: position)
        positions[name] = nil
        for later in position..<elements.count { positions[elements[later].name] = later }
      case (nil, nil):
        break
      }
    }
  }
}

extension TensorDictionary: ExpressibleByDictionaryLiteral {
  /// The pairs in the order of the literal; of pairs with one name, the last counts.
  public init(dictionaryLiteral pairs: (String, Tensor)...) { self.init(pairs) }
}

extension TensorDictionary: CustomStringConvertible {
  /// The pairs as in a literal, a line or more each.
  public var description: String {
    if isEmpty { return "[:]" }
    return "[" + map { "\"\($0.name)\": \($0.tensor)" }.joined(separator: ",\n ") + "]"
  }
}
