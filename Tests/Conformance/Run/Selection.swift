/// Which cases to run.
struct Selection {
  var kind: Kind?
  var group: String?
  var tier: Int?
  var operation: String?
  /// Leaves out every case in which a complex number or dtype appears.
  var excludesComplex = false

  func contains(_ row: IndexRow) -> Bool {
    (kind ?? row.kind) == row.kind && (group ?? row.group) == row.group
      && (tier ?? row.tier) == row.tier && (operation ?? row.name) == row.name
  }
}

/// A case by the positions of its file in the index and of itself in the file.
struct CasePosition {
  var row = 0
  var index = 0

  init(row: Int = 0, index: Int = 0) {
    self.row = row
    self.index = index
  }

  /// Reads what `description` writes.
  init?(_ text: String) {
    let parts = text.split(separator: ":").compactMap { Int($0) }
    guard parts.count == 2 else { return nil }
    self.init(row: parts[0], index: parts[1])
  }

  var description: String { "\(row):\(index)" }

  var next: CasePosition { CasePosition(row: row, index: index + 1) }
}
