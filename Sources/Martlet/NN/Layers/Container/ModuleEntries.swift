/// What `ModuleDict` and `ParameterDict` store: elements by key, which are named by it, in the
/// order in which keys were added.
public class ModuleEntries<Element>: Sequence, ModuleContainer {
  /// The keys in order.
  public private(set) final var keys: [String] = []
  private final var elements: [String: Element] = [:]

  init(_ elements: KeyValuePairs<String, Element>) {
    for (key, element) in elements { self[key] = element }
  }

  /// The number of elements.
  public final var count: Int { keys.count }

  /// The element of a key, or nil. An element that is assigned is added or takes the place of the
  /// one before; nil takes it out.
  ///
  ///     heads["depth"] = Linear(64, 1)
  public final subscript(key: String) -> Element? {
    get { elements[key] }
    set {
      if let newValue {
        if elements.updateValue(newValue, forKey: key) == nil { keys.append(key) }
      } else if elements.removeValue(forKey: key) != nil {
        keys.removeAll { $0 == key }
      }
    }
  }

  /// The elements with their keys, in order.
  public final func makeIterator() -> IndexingIterator<[(key: String, value: Element)]> {
    keys.compactMap { key in elements[key].map { (key, $0) } }.makeIterator()
  }

  final var contents: [(name: String, value: Any)] { map { ($0.key, $0.value) } }
}
