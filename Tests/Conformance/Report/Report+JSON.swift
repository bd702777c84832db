import Foundation

extension Report {
  /// The same as the text, for other programs to read.
  func json() throws -> String {
    let object: [String: Any] = [
      "passed": total.passed, "failed": total.failed, "skipped": total.unsupported,
      "groups": sortedGroups.map { group, counts in
        [
          "kind": group.kind.rawValue, "group": group.name, "tier": group.tier,
          "passed": counts.passed, "failed": counts.failed, "unsupported": counts.unsupported,
        ]
      },
      "failures": failures.map(entry), "unsupported": unsupported.map(entry),
    ]
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  private func entry(_ problem: Problem) -> [String: Any] {
    [
      "kind": problem.row.kind.rawValue, "name": problem.row.name, "variant": problem.row.variant,
      "file": problem.row.file, "case": problem.id, "reason": problem.reason,
    ]
  }
}
