import Martlet

extension OperationTable {
  /// Operations that reduce, scan or order elements along dimensions.
  mutating func addReductions() {
    add("sum") { try $0.tensor(0).sum($0.dims(), keepDim: $0.keepDim(), dtype: $0.dtype()) }
    add("mean") { try $0.tensor(0).mean($0.dims(), keepDim: $0.keepDim(), dtype: $0.dtype()) }
    add("prod") {
      try $0.tensor(0).prod($0[1, "dim"]?.int(), keepDim: $0.keepDim(), dtype: $0.dtype())
    }
    add("amax") { try $0.tensor(0).amax($0.dims(), keepDim: $0.keepDim()) }
    add("amin") { try $0.tensor(0).amin($0.dims(), keepDim: $0.keepDim()) }
    add("any") { try $0.tensor(0).any($0.dims(), keepDim: $0.keepDim()) }
    add("all") { try $0.tensor(0).all($0.dims(), keepDim: $0.keepDim()) }
    add("count_nonzero") { try $0.tensor(0).countNonzero($0.dims()) }
    add("logsumexp") { try $0.tensor(0).logSumExp($0.dims(), keepDim: $0.keepDim()) }
    add("var") { arguments in
      let (x, spread) = try (arguments.tensor(0), Spread(arguments))
      return try x.var(spread.dims, correction: spread.correction, keepDim: spread.keepDim)
    }
    add("std") { arguments in
      let (x, spread) = try (arguments.tensor(0), Spread(arguments))
      return try x.std(spread.dims, correction: spread.correction, keepDim: spread.keepDim)
    }
    add("argmax") { try $0.tensor(0).argmax($0[1, "dim"]?.int(), keepDim: $0.keepDim()) }
    add("argmin") { try $0.tensor(0).argmin($0[1, "dim"]?.int(), keepDim: $0.keepDim()) }
    add("max") { arguments in
      try extreme(
        arguments, all: { try $0.max() }, along: { try $0.max(dim: $1, keepDim: $2) },
        binary: { try $0.maximum($1) })
    }
    add("min") { arguments in
      try extreme(
        arguments, all: { try $0.min() }, along: { try $0.min(dim: $1, keepDim: $2) },
        binary: { try $0.minimum($1) })
    }
    add("cumsum") { try $0.tensor(0).cumsum($0.int(1, "dim"), dtype: $0.dtype()) }
    add("cumprod") { try $0.tensor(0).cumprod($0.int(1, "dim"), dtype: $0.dtype()) }
    add("logcumsumexp") { try $0.tensor(0).logCumsumExp($0.int(1, "dim")) }
    add("cummax") { try pair($0.tensor(0).cummax($0.int(1, "dim"))) }
    add("cummin") { try pair($0.tensor(0).cummin($0.int(1, "dim"))) }
    add("sort") { arguments in
      let order = try Order(arguments)
      return try pair(arguments.tensor(0).sort(order.dim, descending: order.descending))
    }
    add("argsort") { arguments in
      let order = try Order(arguments)
      return try arguments.tensor(0).argsort(order.dim, descending: order.descending)
    }
    add("topk") { arguments in
      // Sorted results are one of the orders that `sorted: false` allows.
      _ = try arguments.bool(4, "sorted")
      return try pair(
        arguments.tensor(0).topk(
          arguments.int(1, "k"), arguments.int(2, "dim", default: -1),
          largest: arguments.bool(3, "largest", default: true)))
    }
    add("searchsorted") { try searchSorted($0) }
  }
}

extension Arguments {
  /// The dimensions to reduce; none for all.
  fileprivate func dims() throws -> [Int] { try self[1, "dim"]?.ints() ?? [] }
  fileprivate func keepDim() throws -> Bool { try bool(2, "keepdim") }
}

private func pair(_ results: (values: Tensor, indices: Tensor)) -> [Tensor] {
  [results.values, results.indices]
}

/// The arguments of `torch.var` and `torch.std`, whose second one is `dim` or `unbiased`.
struct Spread {
  var dims: [Int] = []
  var correction = 1.0
  let keepDim: Bool

  init(_ arguments: Arguments) throws {
    let second = arguments[1, "dim"]
    if case .bool(let unbiased) = second?.value {
      correction = unbiased ? 1 : 0
    } else {
      dims = try second?.ints() ?? []
      if let unbiased = try arguments[2, "unbiased"]?.bool() { correction = unbiased ? 1 : 0 }
    }
    if let given = try arguments["correction"]?.double() { correction = given }
    keepDim = try arguments.bool(3, "keepdim")
  }
}

/// The arguments of `torch.sort` and `torch.argsort`.
private struct Order {
  let dim: Int
  let descending: Bool

  init(_ arguments: Arguments) throws {
    // Sorting is stable in any case.
    _ = try arguments.bool(nil, "stable")
    dim = try arguments.int(1, "dim", default: -1)
    descending = try arguments.bool(2, "descending")
  }
}

/// `torch.max` and `torch.min`: of all elements, along a dimension, or of two tensors.
private func extreme(
  _ arguments: Arguments, all: (Tensor) throws -> Tensor,
  along: (Tensor, Int, Bool) throws -> (values: Tensor, indices: Tensor),
  binary: (Tensor, Tensor) throws -> Tensor
) throws -> [Tensor] {
  guard let second = arguments[1, arguments["dim"] == nil ? "other" : "dim"] else {
    return [try all(arguments.tensor(0))]
  }
  let first = try arguments.required(0, "input")
  if second.isTensor || !first.isTensor { return [try binary(first.tensor(), second.tensor())] }
  return pair(try along(first.tensor(), second.int(), arguments.bool(2, "keepdim")))
}

private func searchSorted(_ arguments: Arguments) throws -> Tensor {
  let side = try arguments.string(nil, "side", default: "left")
  let right = try arguments.bool(nil, "right") || side == "right"
  let values = try arguments.required(1, "input")
  let x = values.isTensor ? try values.tensor() : try Tensor.full([], values.scalar())
  return try x.searchSorted(
    arguments.tensor(0, "sorted_sequence"), right: right, sorter: arguments["sorter"]?.tensor(),
    dtype: arguments.bool(nil, "out_int32") ? .int32 : .int64)
}
