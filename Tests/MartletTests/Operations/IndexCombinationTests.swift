import Testing

@testable import Martlet

/// Every combination of a few parts of an index, read, written, added and differentiated, against
/// loops.
@Suite struct IndexCombinationTests {
  static let shape = [3, 4, 2]

  /// One part of an index: as Martlet takes it, and what it means.
  struct Part: Sendable, CustomStringConvertible {
    enum Meaning: Sendable {
      case at(Int)
      /// The positions of a range, for a dimension of this size.
      case range(@Sendable (Int) -> [Int])
      case new
      case rest
      case list([Int], shape: [Int])
      case mask([Bool], shape: [Int])
    }
    let description: String
    let index: TensorIndex
    let meaning: Meaning
  }

  static func parts() throws -> [Part] {
    func range(
      _ name: String, _ index: TensorIndex, _ positions: @escaping @Sendable (Int) -> [Int]
    ) -> Part {
      Part(description: name, index: index, meaning: .range(positions))
    }
    func list(_ name: String, _ values: [Int], _ shape: [Int]) throws -> Part {
      Part(
        description: name, index: try Tensor(values, shape: shape).tensorIndex,
        meaning: .list(values, shape: shape))
    }
    func mask(_ name: String, _ values: [Bool], _ shape: [Int]) throws -> Part {
      Part(
        description: name, index: try Tensor(values, shape: shape).tensorIndex,
        meaning: .mask(values, shape: shape))
    }
    return [
      Part(description: "1", index: 1.tensorIndex, meaning: .at(1)),
      Part(description: "-1", index: (-1).tensorIndex, meaning: .at(-1)),
      range(":", .all) { Array(0..<$0) },
      range("1:", (1...).tensorIndex) { Array(1..<$0) },
      range(":-1", (..<(-1)).tensorIndex) { Array(0..<$0 - 1) },
      range("::2", .slice(by: 2)) { Array(stride(from: 0, to: $0, by: 2)) },
      range("::-1", .slice(by: -1)) { (0..<$0).reversed() },
      range("-1:0:-2", .slice(from: -1, to: 0, by: -2)) {
        Array(stride(from: $0 - 1, to: 0, by: -2))
      },
      range("5:", (5...).tensorIndex) { _ in [] },
      Part(description: "new", index: .newAxis, meaning: .new),
      Part(description: "...", index: .ellipsis, meaning: .rest),
      Part(description: "[1, 0]", index: [1, 0].tensorIndex, meaning: .list([1, 0], shape: [2])),
      try list("[-1, 0, -1][3, 1]", [-1, 0, -1], [3, 1]), try list("scalar", [1], []),
      try mask("mask 3", [true, false, true], [3]), try mask("mask 2", [true, true], [2]),
      try mask(
        "mask 4x2", [true, false, false, true, false, false, true, false], [4, 2]),
    ]
  }

  /// For every element of the result the position in the source that it comes from, or nil if the
  /// parts do not fit.
  static func resolve(_ parts: [Part]) -> (shape: [Int], sources: [[Int]])? {
    enum Axis {
      case at(Int)
      case range([Int])
      case new
      case list([Int], shape: [Int])
    }
    var used = 0
    var ellipses = 0
    for part in parts {
      switch part.meaning {
      case .new: break
      case .rest: ellipses += 1
      case .mask(_, let shape): used += shape.count
      default: used += 1
      }
    }
    guard used <= shape.count, ellipses <= 1 else { return nil }
    var axes: [Axis] = []
    var dim = 0
    func whole() {
      axes.append(.range(Array(0..<shape[dim])))
      dim += 1
    }
    for part in parts {
      switch part.meaning {
      case .new: axes.append(.new)
      case .rest: for _ in used..<shape.count { whole() }
      case .at(let i):
        axes.append(.at(i < 0 ? i + shape[dim] : i))
        dim += 1
      case .range(let positions):
        axes.append(.range(positions(shape[dim])))
        dim += 1
      case .list(let values, let listShape):
        guard values.allSatisfy({ $0 < shape[dim] }) else { return nil }
        axes.append(.list(values.map { $0 < 0 ? $0 + shape[dim] : $0 }, shape: listShape))
        dim += 1
      case .mask(let flags, let maskShape):
        guard Array(shape[dim..<dim + maskShape.count]) == maskShape else { return nil }
        let hits = zip(positions(of: maskShape), flags).filter(\.1).map(\.0)
        for i in maskShape.indices {
          axes.append(.list(hits.map { $0[i] }, shape: [hits.count]))
        }
        dim += maskShape.count
      }
    }
    while dim < shape.count { whole() }

    // Integers go first; lists broadcast, and stand where they are if they are neighbours.
    var visible: [Int] = []
    var joined: [Int] = []
    for (i, axis) in axes.enumerated() {
      if case .at = axis { continue }
      visible.append(i)
      if case .list(_, let listShape) = axis {
        let rank = max(joined.count, listShape.count)
        let a = Array(repeating: 1, count: rank - joined.count) + joined
        let b = Array(repeating: 1, count: rank - listShape.count) + listShape
        for (x, y) in zip(a, b) where x != y && x != 1 && y != 1 { return nil }
        joined = zip(a, b).map { $0 == 1 ? $1 : $0 }
      }
    }
    let lists = visible.indices.filter {
      if case .list = axes[visible[$0]] { true } else { false }
    }
    let adjacent = lists.isEmpty || lists[lists.count - 1] - lists[0] + 1 == lists.count
    let place = adjacent ? lists.first ?? 0 : 0
    let others = visible.indices.filter { !lists.contains($0) }
    let before = others.filter { $0 < place }
    let after = others.filter { $0 >= place }
    func size(_ i: Int) -> Int {
      if case .range(let positions) = axes[visible[i]] { positions.count } else { 1 }
    }
    let result = before.map(size) + (lists.isEmpty ? [] : joined) + after.map(size)
    let sources = positions(of: result).map { position -> [Int] in
      let lead = before.count
      let inner = Array(position[lead..<lead + (lists.isEmpty ? 0 : joined.count)])
      var outer: [Int: Int] = [:]
      for (k, i) in before.enumerated() { outer[visible[i]] = position[k] }
      for (k, i) in after.enumerated() { outer[visible[i]] = position[lead + inner.count + k] }
      var source: [Int] = []
      for (i, axis) in axes.enumerated() {
        switch axis {
        case .at(let at): source.append(at)
        case .range(let positions): source.append(positions[outer[i] ?? 0])
        case .new: break
        case .list(let values, let listShape):
          let at = inner.suffix(listShape.count)
          source.append(values[zip(listShape, at).reduce(0) { $0 * $1.0 + ($1.0 == 1 ? 0 : $1.1) }])
        }
      }
      return source
    }
    return (result, sources)
  }

  static func combinations() throws -> [[Part]] {
    let parts = try parts()
    let pairs = parts.flatMap { a in parts.map { [a, $0] } }
    // Of three, every third part in turn: all of them would say no more.
    let triples = pairs.enumerated().flatMap { i, pair in
      stride(from: i % 3, to: parts.count, by: 3).map { pair + [parts[$0]] }
    }
    return [[]] + parts.map { [$0] } + pairs + triples
  }

  @Test func everyCombination() throws {
    let x = try sample(Self.shape, 1)
    var fitting = 0
    for parts in try Self.combinations() {
      let name = "\(parts)"
      let index = parts.map(\.index)
      guard let (shape, sources) = Self.resolve(parts) else {
        #expect(throws: TensorError.self, "\(name)") { try x[index] }
        continue
      }
      fitting += 1
      let naive = try Naive(x)
      let expected = Naive(shape: shape, values: sources.map { naive[$0] })
      let values = try sample(shape, 2)
      let weights = try Naive(values).values
      try expectEqual(x[index], expected, name)
      // Read from a layout that is not row-major.
      let turned = try x.permute(2, 0, 1).contiguous().permute(1, 2, 0)
      try expectEqual(turned[index], expected, name)

      // The gradient of what is read is added up where it was read.
      let variable = try x.requiringGrad()
      let found = try gradients(of: variable[index], for: [variable], gradOutput: values)
      let gradient = try #require(found[0])
      var summed = Naive(Self.shape) { _ in 0 }
      for (source, weight) in zip(sources, weights) { summed[source] += weight }
      try expectEqual(gradient, summed, "gradient of \(name)")

      for accumulate in [false, true] {
        var written = try x.clone()
        try written.put(values, at: index, accumulate: accumulate)
        var result = naive
        for (i, source) in sources.enumerated() {
          result[source] = accumulate ? result[source] + weights[i] : weights[i]
        }
        try expectEqual(written, result, "written at \(name), \(accumulate)")

        let inputs = try [x.requiringGrad(), values.requiringGrad()]
        var tracked = try inputs[0] * 1
        try tracked.put(inputs[1], at: index, accumulate: accumulate)
        let seed = try sample(Self.shape, 3)
        let found = try gradients(of: tracked, for: inputs, gradOutput: seed)
        let ofTarget = try #require(found[0])
        let gradient = try #require(found[1])
        let seeds = try Naive(seed)
        var ofX = seeds
        if !accumulate { for source in sources { ofX[source] = 0 } }
        try expectEqual(ofTarget, ofX, "gradient of the target of \(name), \(accumulate)")
        // Of several values for one place each gets the whole gradient, as in PyTorch.
        let ofValues = sources.map { seeds[$0] }
        try expectEqual(
          gradient, Naive(shape: shape, values: ofValues),
          "gradient of the values at \(name), \(accumulate)")
      }
    }
    #expect(fitting > 800)
  }

  @Test func failedWriteChangesNothing() throws {
    var x = Tensor.zeros([4])
    #expect(errorText { try x.assign(1, at: [0, 9]) }.contains("index 9 is out of range"))
    #expect(try x.sum().item() == 0)
    #expect(errorText { try x.add(Tensor.ones([2]), at: [1, -5]) }.contains("index -5"))
    #expect(try x.sum().item() == 0)
  }
}

extension Naive {
  fileprivate init(shape: [Int], values: [Double]) {
    self.shape = shape
    self.values = values
  }
}
