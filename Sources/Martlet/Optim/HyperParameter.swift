/// A hyper-parameter as data: its name in state dictionaries, which is PyTorch's, what values it
/// may have, and how it is saved and loaded.
struct HyperParameter<Options>: Sendable {
  let name: String
  /// Nil for one that state dictionaries may lack.
  let isOptional: Bool
  /// What is wrong with the value; nil if nothing is.
  let problem: @Sendable (Options) -> String?
  let save: @Sendable (Options) -> Tensor?
  let load: @Sendable (inout Options, Tensor) throws -> Void
  /// The value as Python writes it.
  let text: @Sendable (Options) -> String

  private init(
    _ name: String, isOptional: Bool = false,
    _ problem: @escaping @Sendable (Options) -> String?,
    save: @escaping @Sendable (Options) -> Tensor?,
    load: @escaping @Sendable (inout Options, Tensor) throws -> Void,
    text: @escaping @Sendable (Options) -> String
  ) {
    self.name = name
    self.isOptional = isOptional
    self.problem = problem
    self.save = save
    self.load = load
    self.text = text
  }

  /// A number in a range; `phrase` names it in errors: "a learning rate".
  static func number(
    _ name: String, _ phrase: String, _ path: WritableKeyPath<Options, Double> & Sendable,
    _ range: NumberRange
  ) -> HyperParameter {
    HyperParameter(
      name, { range.problem(phrase, $0[keyPath: path]) },
      save: { .full([], $0[keyPath: path], dtype: .float64) },
      load: { $0[keyPath: path] = try $1.item() }, text: { $0[keyPath: path].literal })
  }

  /// A number that may be missing.
  static func number(
    _ name: String, _ phrase: String, _ path: WritableKeyPath<Options, Double?> & Sendable,
    _ range: NumberRange
  ) -> HyperParameter {
    HyperParameter(
      name, isOptional: true, { $0[keyPath: path].flatMap { range.problem(phrase, $0) } },
      save: { $0[keyPath: path].map { .full([], $0, dtype: .float64) } },
      load: { $0[keyPath: path] = try $1.item() }, text: { $0[keyPath: path].literal })
  }

  static func integer(
    _ name: String, _ phrase: String, _ path: WritableKeyPath<Options, Int> & Sendable,
    _ range: ClosedRange<Int>
  ) -> HyperParameter {
    HyperParameter(
      name,
      {
        let value = $0[keyPath: path]
        if range.contains(value) { return nil }
        return range.upperBound == .max
          ? "\(phrase) of \(value), expected at least \(range.lowerBound)"
          : "\(phrase) of \(value), expected \(range.lowerBound) to \(range.upperBound)"
      },
      save: { .full([], $0[keyPath: path], dtype: .int64) },
      load: { $0[keyPath: path] = try $1.item(Int.self) }, text: { $0[keyPath: path].literal })
  }

  static func flag(
    _ name: String, _ path: WritableKeyPath<Options, Bool> & Sendable
  ) -> HyperParameter {
    HyperParameter(
      name, { _ in nil },
      save: { .full([], $0[keyPath: path], dtype: .bool) },
      load: { $0[keyPath: path] = try $1.item(Bool.self) },
      text: { $0[keyPath: path].literal })
  }

  /// One of several, saved as its position.
  static func choice<Choice: Equatable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Options, Choice> & Sendable, _ choices: [Choice]
  ) -> HyperParameter {
    HyperParameter(
      name, { _ in nil },
      save: { .full([], choices.firstIndex(of: $0[keyPath: path]) ?? 0, dtype: .int64) },
      load: {
        let position = try $1.item(Int.self)
        guard choices.indices.contains(position) else {
          throw TensorError.argument(operation: name, reason: "there is no choice \(position)")
        }
        $0[keyPath: path] = choices[position]
      }, text: { "\($0[keyPath: path])" })
  }
}

/// The values that a number may have.
enum NumberRange {
  case any
  /// Not negative.
  case atLeast(Double)
  case atMost(Double)
  case above(Double)
  /// 0 to 1 with both ends.
  case unit
  /// 0 to 1 without 1.
  case belowOne
  /// 0 to 1 without 0.
  case upToOne
  /// Between 0 and 1, without both ends.
  case insideUnit

  /// A sentence about a value that is out of the range; nil for one inside.
  func problem(_ phrase: String, _ value: Double) -> String? {
    let (isInside, expected): (Bool, String) =
      switch self {
      case .any: (!value.isNaN, "a number")
      case .atLeast(let least): (value >= least, "at least \(least)")
      case .atMost(let greatest): (value <= greatest, "at most \(greatest)")
      case .above(let bound): (value > bound, "above \(bound)")
      case .unit: (value >= 0 && value <= 1, "0 to 1")
      case .belowOne: (value >= 0 && value < 1, "at least 0 and below 1")
      case .upToOne: (value > 0 && value <= 1, "above 0 and at most 1")
      case .insideUnit: (value > 0 && value < 1, "above 0 and below 1")
      }
    return isInside ? nil : "\(phrase) of \(value), expected \(expected)"
  }

  /// Throws `TensorError.argument` for a value out of the range.
  func require(_ operation: String, _ phrase: String, _ value: Double) throws {
    if let problem = problem(phrase, value) {
      throw TensorError.argument(operation: operation, reason: problem)
    }
  }
}
