import Foundation

/// The families of cases, in the order in which they are run.
enum Kind: String, CaseIterable {
  case ops, modules, optim, schedulers, `init`
}

/// One file of cases, as `index.json` lists it.
struct IndexRow {
  let kind: Kind
  let name: String
  let variant: String
  let file: String
  let group: String
  let tier: Int

  /// The name, with the variant if there are several.
  var title: String { variant.isEmpty ? name : "\(name) (\(variant))" }
}

/// What there is to run.
struct ConformanceIndex {
  let rows: [IndexRow]

  init(directory: URL) throws {
    let index = try JSONObject(contentsOf: directory.appendingPathComponent("index.json"))
    guard try index.int("format") == 1 else { throw DataError("index.json: unknown format") }
    var rows: [IndexRow] = []
    for kind in Kind.allCases {
      for row in try index.objects(kind.rawValue) {
        rows.append(
          IndexRow(
            kind: kind, name: try row.string("name"),
            variant: row.has("variant") ? try row.string("variant") : "",
            file: try row.string("file"), group: try row.string("group"),
            tier: try row.int("tier")))
      }
    }
    self.rows = rows
  }
}
