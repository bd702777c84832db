extension Report {
  /// The table of counts, then each failure, then the summary alone on a line.
  ///
  /// - Parameter listsUnsupported: also says, most frequent first, what is not supported.
  func text(listsUnsupported: Bool) -> String {
    var lines = [row("kind", "group", "tier", "passed", "failed", "unsupported")]
    for (group, counts) in sortedGroups {
      lines.append(
        row(
          group.kind.rawValue, group.name, String(group.tier), String(counts.passed),
          String(counts.failed), String(counts.unsupported)))
    }
    if !failures.isEmpty { lines += ["", "Failures"] }
    for failure in failures {
      lines.append("\(failure.row.kind.rawValue) \(failure.row.title) \(failure.id)")
      lines.append("    " + failure.reason.replacing("\n", with: "\n    "))
    }
    if listsUnsupported && !unsupported.isEmpty {
      lines += ["", "Unsupported"] + unsupportedLines
    }
    lines += ["", summary]
    return lines.joined(separator: "\n")
  }

  private func row(_ cells: String...) -> String {
    let widths = [12, 18, 6, 8, 8, 12]
    let padded = zip(cells, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return column < 2 ? cell.0 + padding : padding + cell.0
    }
    return padded.joined()
  }

  private var unsupportedLines: [String] {
    var counts: [String: Int] = [:]
    for problem in unsupported {
      let isWholeFile = problem.reason.hasPrefix("operation ")
      counts[
        isWholeFile ? problem.reason : "\(problem.row.title): \(problem.reason)", default: 0] +=
        1
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      "\($0.value)  \($0.key)"
    }
  }
}
