/// Names one input of a case: `["args", 0, 2]` is the third element of the first argument.
struct Path: Hashable, CustomStringConvertible {
  enum Step: Hashable {
    case index(Int)
    case name(String)
  }

  let steps: [Step]

  init(_ steps: [Step]) { self.steps = steps }

  init(json: [Any]) throws {
    steps = try json.map { step in
      if let name = step as? String { return .name(name) }
      guard let index = step as? Int else { throw DataError("a path has names and indices") }
      return .index(index)
    }
  }

  static func argument(_ index: Int) -> Path { Path([.name("args"), .index(index)]) }
  static func keyword(_ name: String) -> Path { Path([.name("kwargs"), .name(name)]) }

  func appending(_ index: Int) -> Path { Path(steps + [.index(index)]) }
  func appending(_ name: String) -> Path { Path(steps + [.name(name)]) }

  var description: String {
    steps.enumerated().map { position, step in
      switch step {
      case .index(let index): "[\(index)]"
      case .name(let name): position == 0 ? name : ".\(name)"
      }
    }.joined()
  }
}
