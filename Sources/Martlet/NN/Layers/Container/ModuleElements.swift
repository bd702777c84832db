/// What `Sequential`, `ModuleList` and `ParameterList` store: elements by position from 0, which
/// are named by it.
///
/// Positions outside of the list are a programming error that ends the process, as those of arrays
/// are.
public class ModuleElements<Element>: RandomAccessCollection, ModuleContainer {
  final var elements: [Element]

  init(_ elements: [Element]) { self.elements = elements }

  /// 0
  public final var startIndex: Int { 0 }

  /// The number of elements.
  public final var endIndex: Int { elements.count }

  /// The element at a position; may be replaced.
  ///
  ///     net[2] = Linear(100, 20)
  public final subscript(position: Int) -> Element {
    get { elements[position] }
    set { elements[position] = newValue }
  }

  /// Adds an element at the end.
  ///
  ///     net.append(ReLU())
  public final func append(_ element: Element) { elements.append(element) }

  /// Adds elements at the end.
  ///
  ///     net.append(contentsOf: [Linear(100, 20), ReLU()])
  public final func append(contentsOf elements: [Element]) {
    self.elements.append(contentsOf: elements)
  }

  /// Adds an element before the one at a position.
  ///
  ///     net.insert(Dropout(0.1), at: 1)
  public final func insert(_ element: Element, at position: Int) {
    elements.insert(element, at: position)
  }

  /// Takes the element at a position out.
  ///
  ///     net.remove(at: 1)
  @discardableResult
  public final func remove(at position: Int) -> Element { elements.remove(at: position) }

  final var contents: [(name: String, value: Any)] {
    elements.enumerated().map { ("\($0)", $1) }
  }
}
