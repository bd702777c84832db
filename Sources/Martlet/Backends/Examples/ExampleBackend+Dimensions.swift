import CKernels

extension ExampleBackend {
  func reduce(_ op: mk_reduce_op, _ out: Buffer, _ x: Buffer, _ dims: DimSet) throws {
    let examples = try Examples(out)
    try examples.backend.reduce(op, examples.all(out), examples.all(x), dims.shifted)
  }

  func scan(_ op: mk_scan_op, _ out: Buffer, _ indices: Buffer?, _ x: Buffer, _ dim: Int) throws {
    let examples = try Examples(out)
    try examples.backend.scan(
      op, examples.lines(out), examples.lines(indices), examples.lines(x), dim + 1)
  }

  func sort(
    _ values: Buffer?, _ indices: Buffer?, _ x: Buffer, _ dim: Int, descending: Bool
  ) throws {
    let examples = try Examples(values ?? indices ?? x)
    try examples.backend.sort(
      examples.lines(values), examples.lines(indices), examples.lines(x), dim + 1,
      descending: descending)
  }

  func topk(
    _ values: Buffer?, _ indices: Buffer?, _ x: Buffer, _ dim: Int, _ k: Int, largest: Bool
  ) throws {
    let examples = try Examples(values ?? indices ?? x)
    try examples.backend.topk(
      examples.lines(values), examples.lines(indices), examples.lines(x), dim + 1, k,
      largest: largest)
  }

  func kth(_ rule: mk_rank_rule, _ indices: Buffer, _ x: Buffer, _ dim: Int, _ k: Int) throws {
    let examples = try Examples(indices)
    try examples.backend.kth(rule, examples.lines(indices), examples.lines(x), dim + 1, k)
  }

  func searchSorted(_ out: Buffer, _ x: Buffer, _ edges: Buffer, right: Bool) throws {
    let examples = try Examples(out)
    let (wideOut, wideX) = (try examples.lines(out), try examples.lines(x))
    let wideEdges = try examples.all(edges)
    guard edges.rank == 1, x.rank != 1 else {
      return try examples.backend.searchSorted(wideOut, wideX, wideEdges, right: right)
    }
    // A line for each example, in which all of its elements are looked up.
    let flat = try Dims([examples.count, x.count], operation: "searchSorted")
    let rows = try wideX.contiguous()
    try examples.backend.searchSorted(
      Buffer(viewing: wideOut, flat, strides: flat.rowMajorStrides, offset: 0),
      Buffer(viewing: rows, flat, strides: flat.rowMajorStrides, offset: 0), wideEdges,
      right: right)
  }

  func softmax(_ out: Buffer, _ x: Buffer, _ dim: Int, log: Bool) throws {
    let examples = try Examples(out)
    try examples.backend.softmax(examples.lines(out), examples.lines(x), dim + 1, log: log)
  }

  func softmaxBackward(_ dx: Buffer, _ dy: Buffer, _ y: Buffer, _ dim: Int, log: Bool) throws {
    let examples = try Examples(dx)
    try examples.backend.softmaxBackward(
      examples.lines(dx), examples.lines(dy), examples.lines(y), dim + 1, log: log)
  }

  func resample(_ matrix: SparseRows, _ out: Buffer, _ x: Buffer, _ dim: Int) throws {
    let examples = try Examples(out)
    try examples.backend.resample(matrix, examples.all(out), examples.all(x), dim + 1)
  }
}
