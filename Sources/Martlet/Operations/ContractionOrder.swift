/// In which order several tensors with labelled dimensions are multiplied, two at a time, where
/// labels that nothing later needs are summed over at once.
///
/// Labels are bits. The best order of few operands is found by dynamic programming over their
/// subsets; of more, the next pair is the one whose product adds least to what has to be kept. Both
/// as in Pfeifer, Haegeman, Verstraete, "Faster identification of optimal contraction sequences for
/// tensor networks", 2014.
struct ContractionOrder {
  /// Positions in the list of operands; a product replaces both of its factors and goes to the end.
  private(set) var steps: [(first: Int, second: Int)] = []
  /// How many multiplications it takes.
  private(set) var cost = 0.0

  private let operands: [UInt64]
  private let kept: UInt64
  private let sizes: [Double]

  /// From here on the subsets are too many.
  static let exhaustiveLimit = 8

  /// - Parameters:
  ///   - operands: The labels of each operand.
  ///   - kept: The labels of the result.
  ///   - sizes: The size of each label.
  init(_ operands: [UInt64], kept: UInt64, sizes: [Double]) {
    self.operands = operands
    self.kept = kept
    self.sizes = sizes
    if operands.count < 2 { return }
    if operands.count <= Self.exhaustiveLimit {
      searchSubsets()
    } else {
      // Neither rule is always the better one.
      let choices = [greedy { ($0.growth, $0.cost) }, greedy { ($0.cost, $0.growth) }]
      for choice in choices where steps.isEmpty || choice.cost < cost {
        (steps, cost) = choice
      }
    }
  }

  /// The number of elements of a tensor with these labels.
  private func volume(_ labels: UInt64) -> Double {
    var rest = labels
    var product = 1.0
    while rest != 0 {
      product *= sizes[rest.trailingZeroBitCount]
      rest &= rest - 1
    }
    return product
  }

  private mutating func searchSubsets() {
    let count = operands.count
    let all = 1 << count
    // The labels that the product of each subset still has.
    var union = [UInt64](repeating: 0, count: all)
    for subset in 1..<all {
      union[subset] = union[subset & (subset - 1)] | operands[subset.trailingZeroBitCount]
    }
    let labels = (0..<all).map { union[$0] & (kept | union[all - 1 - $0]) }
    var best = [Double](repeating: .infinity, count: all)
    var split = [Int](repeating: 0, count: all)
    for subset in 1..<all {
      if subset & (subset - 1) == 0 {
        best[subset] = 0
        continue
      }
      var part = (subset - 1) & subset
      // Each split once: its first part is the greater one.
      while part > subset ^ part {
        let rest = subset ^ part
        let cost = best[part] + best[rest] + volume(labels[part] | labels[rest])
        // Where all costs are infinite any split will do.
        if cost < best[subset] || split[subset] == 0 {
          best[subset] = cost
          split[subset] = part
        }
        part = (part - 1) & subset
      }
    }
    cost = best[all - 1]
    var list = (0..<count).map { 1 << $0 }
    func multiply(_ subset: Int) {
      guard split[subset] != 0 else { return }
      let (part, rest) = (split[subset], subset ^ split[subset])
      multiply(part)
      multiply(rest)
      guard let first = list.firstIndex(of: part), let second = list.firstIndex(of: rest) else {
        return
      }
      steps.append((first, second))
      list.removeAll { $0 == part || $0 == rest }
      list.append(subset)
    }
    multiply(all - 1)
  }

  /// What the next product would take, and how much more there would be to keep.
  private typealias Price = (growth: Double, cost: Double)

  /// Multiplies the pair that a rule ranks least, again and again.
  private func greedy(_ rank: (Price) -> (Double, Double)) -> (
    steps: [(first: Int, second: Int)], cost: Double
  ) {
    var steps: [(first: Int, second: Int)] = []
    var total = 0.0
    var list = operands
    // How many of the operands have each label. What an operand has alone goes at once.
    func users() -> [Int] {
      var users = [Int](repeating: 0, count: sizes.count)
      for labels in list { forEachLabel(labels) { users[$0] += 1 } }
      return users
    }
    let first = users()
    list = list.map { product($0, 0, first) }
    while list.count > 1 {
      let users = users()
      var choice = (first: 0, second: 1)
      var least = (Double.infinity, Double.infinity)
      for first in list.indices {
        for second in list.indices[(first + 1)...] {
          let cost = volume(list[first] | list[second])
          let growth =
            volume(product(list[first], list[second], users)) - volume(list[first])
            - volume(list[second])
          if rank((growth, cost)) < least {
            least = rank((growth, cost))
            choice = (first, second)
          }
        }
      }
      let (first, second) = choice
      steps.append(choice)
      total += volume(list[first] | list[second])
      let joined = product(list[first], list[second], users)
      list.remove(at: second)
      list.remove(at: first)
      list.append(joined)
    }
    return (steps, total)
  }

  private func forEachLabel(_ labels: UInt64, _ body: (Int) -> Void) {
    var rest = labels
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }

  /// The labels of a product: those that the result or another operand has.
  private func product(_ x: UInt64, _ y: UInt64, _ users: [Int]) -> UInt64 {
    var labels: UInt64 = 0
    forEachLabel(x | y) { label in
      let bit: UInt64 = 1 << label
      let own = (x & bit == 0 ? 0 : 1) + (y & bit == 0 ? 0 : 1)
      if kept & bit != 0 || users[label] > own { labels |= bit }
    }
    return labels
  }
}
