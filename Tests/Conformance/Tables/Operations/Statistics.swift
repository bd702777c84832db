import Martlet

extension OperationTable {
  /// Statistics and clean-up of not-finite numbers.
  mutating func addStatistics() {
    add("aminmax") { arguments in
      let (low, high) = try arguments.tensor(0).aminmax(
        arguments["dim"]?.int(), keepDim: arguments.bool(nil, "keepdim"))
      return [low, high]
    }
    add("var_mean") { arguments in
      let (x, spread) = try (arguments.tensor(0), Spread(arguments))
      let (variance, mean) = try x.varMean(
        spread.dims, correction: spread.correction, keepDim: spread.keepDim)
      return [variance, mean]
    }
    add("std_mean") { arguments in
      let (x, spread) = try (arguments.tensor(0), Spread(arguments))
      let (deviation, mean) = try x.stdMean(
        spread.dims, correction: spread.correction, keepDim: spread.keepDim)
      return [deviation, mean]
    }
    add("nansum") {
      try $0.tensor(0).nansum(
        $0[1, "dim"]?.ints() ?? [], keepDim: $0.bool(2, "keepdim"), dtype: $0.dtype())
    }
    add("nanmean") {
      try $0.tensor(0).nanmean(
        $0[1, "dim"]?.ints() ?? [], keepDim: $0.bool(2, "keepdim"), dtype: $0.dtype())
    }
    add("nan_to_num") {
      try $0.tensor(0).nanToNum(
        nan: $0.double(1, "nan", default: 0), posInf: $0[2, "posinf"]?.double(),
        negInf: $0[3, "neginf"]?.double())
    }
    unary("isposinf") { try $0.isPosInf() }
    unary("isneginf") { try $0.isNegInf() }
    add("diff") {
      try $0.tensor(0).diff(
        $0.int(1, "n", default: 1), $0.int(2, "dim", default: -1),
        prepend: $0[3, "prepend"]?.tensor(), append: $0[4, "append"]?.tensor())
    }
    add("kthvalue") { arguments in
      let (values, indices) = try arguments.tensor(0).kthValue(
        arguments.int(1, "k"), arguments.int(2, "dim", default: -1),
        keepDim: arguments.bool(3, "keepdim"))
      return [values, indices]
    }
    add("median") {
      try middle($0, of: { try $0.median() }, along: { try $0.median(dim: $1, keepDim: $2) })
    }
    add("nanmedian") {
      try middle($0, of: { try $0.nanmedian() }, along: { try $0.nanmedian(dim: $1, keepDim: $2) })
    }
    add("mode") { arguments in
      let (values, indices) = try arguments.tensor(0).mode(
        arguments.int(1, "dim", default: -1), keepDim: arguments.bool(2, "keepdim"))
      return [values, indices]
    }
    unary("msort") { try $0.sort(0).values }
    unary("deg2rad") { try $0.deg2rad() }
    unary("rad2deg") { try $0.rad2deg() }
  }

  /// Reading and writing by position, and products over dimensions.
  mutating func addTaking() {
    add("take") { try $0.tensor(0).take($0.tensor(1, "index")) }
    add("take_along_dim") {
      try $0.tensor(0).takeAlong($0.tensor(1, "indices"), $0[2, "dim"]?.int())
    }
    add("index_fill") { arguments in
      let (x, value) = try (arguments.tensor(0), arguments.required(3, "value"))
      let (dim, index) = try (arguments.int(1, "dim"), arguments.tensor(2, "index"))
      return value.isTensor
        ? try x.indexFill(dim, index, value.tensor()) : try x.indexFill(dim, index, value.scalar())
    }
    add("index_copy") {
      try $0.tensor(0).indexCopy(
        $0.int(1, "dim"), $0.tensor(2, "index"), $0.tensor(3, "source"))
    }
    add("isin") { arguments in
      _ = try arguments.bool(nil, "assume_unique")
      let found = try arguments.tensor(0, "elements").isIn(arguments.tensor(1, "test_elements"))
      return try arguments.bool(nil, "invert") ? found.logicalNot() : found
    }
    add("bucketize") {
      try $0.tensor(0).bucketize(
        $0.tensor(1, "boundaries"), right: $0.bool(nil, "right"),
        dtype: $0.bool(nil, "out_int32") ? .int32 : .int64)
    }
    add("kron") { try $0.tensor(0).kron($0.tensor(1, "other")) }
    add("inner") { try $0.tensor(0).inner($0.tensor(1, "other")) }
    add("tensordot") { arguments in
      let (a, b) = try (arguments.tensor(0, "a"), arguments.tensor(1, "b"))
      guard let dims = arguments[2, "dims"] else { return try a.tensordot(b) }
      guard let pair = dims.elements, pair.count == 2 else {
        return try a.tensordot(b, dims.int())
      }
      return try a.tensordot(b, pair[0].ints(), pair[1].ints())
    }
  }
}

/// `torch.median` and its like: of all elements, or along a dimension.
private func middle(
  _ arguments: Arguments, of all: (Tensor) throws -> Tensor,
  along: (Tensor, Int, Bool) throws -> (values: Tensor, indices: Tensor)
) throws -> [Tensor] {
  let x = try arguments.tensor(0)
  guard let dim = try arguments[1, "dim"]?.int() else { return [try all(x)] }
  let (values, indices) = try along(x, dim, arguments.bool(2, "keepdim"))
  return [values, indices]
}
