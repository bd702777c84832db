/// What `Embedding` and `EmbeddingBag` begin with.
struct EmbeddingTable {
  let weight: Parameter
  /// Counted from the start.
  let paddingIndex: Int?

  init(_ layer: String, _ rows: Int, _ width: Int, paddingIndex: Int?) {
    var arguments = LayerArguments(layer)
    arguments.require("the number of rows", rows, atLeast: 0)
    arguments.require("the width", width, atLeast: 0)
    if let paddingIndex {
      arguments.require(
        rows >= 0 && paddingIndex >= -rows && paddingIndex < rows,
        "the padding index \(paddingIndex) is none of \(rows) rows")
    }
    let padding = paddingIndex.map { $0 < 0 ? $0 &+ rows : $0 }
    weight = arguments.parameter {
      var table = Tensor.randn([rows, width])
      if let padding { try table.assign(0, at: padding) }
      return table
    }
    self.paddingIndex = padding
  }
}

extension Parameter {
  /// Shortens the rows that indices hold and whose p-norm exceeds `maxNorm` to it, in place.
  func limitRows(_ indices: Tensor, maxNorm: Double, p: Double) throws {
    try update { table in
      let list = try table.checkedIndex(indices, "embedding").unique()
      let rows = try table.indexSelect(0, list)
      try table.put(
        rows.renorm(p, dim: 0, maxNorm: maxNorm), at: [list.tensorIndex], accumulate: false)
    }
  }
}
