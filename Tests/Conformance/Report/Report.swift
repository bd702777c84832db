/// Collects outcomes and counts them.
struct Report {
  struct Group: Hashable {
    let kind: Kind
    let name: String
    let tier: Int
  }

  struct Counts {
    var passed = 0
    var failed = 0
    var unsupported = 0

    mutating func add(_ outcome: Outcome) {
      switch outcome {
      case .passed: passed += 1
      case .failed: failed += 1
      case .unsupported: unsupported += 1
      }
    }
  }

  /// A case that did not pass, and why.
  struct Problem {
    let row: IndexRow
    let id: String
    let reason: String
  }

  private(set) var total = Counts()
  private(set) var groups: [Group: Counts] = [:]
  private(set) var failures: [Problem] = []
  private(set) var unsupported: [Problem] = []

  mutating func record(_ row: IndexRow, id: String, _ outcome: Outcome) {
    total.add(outcome)
    groups[Group(kind: row.kind, name: row.group, tier: row.tier), default: Counts()].add(outcome)
    switch outcome {
    case .passed: break
    case .failed(let reason): failures.append(Problem(row: row, id: id, reason: reason))
    case .unsupported(let reason): unsupported.append(Problem(row: row, id: id, reason: reason))
    }
  }

  /// By kind in the order of the index, then by group and tier.
  var sortedGroups: [(group: Group, counts: Counts)] {
    groups.map { (group: $0.key, counts: $0.value) }.sorted { a, b in
      let kinds = Kind.allCases
      let left = (kinds.firstIndex(of: a.group.kind) ?? 0, a.group.name, a.group.tier)
      let right = (kinds.firstIndex(of: b.group.kind) ?? 0, b.group.name, b.group.tier)
      return left < right
    }
  }

  /// The line that closes the output.
  var summary: String {
    "\(total.passed) passed, \(total.failed) failed, \(total.unsupported) skipped"
  }
}
