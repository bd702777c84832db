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
    add("diff") { arguments in
      if arguments["prepend"] != nil || arguments["append"] != nil || arguments.count > 3 {
        throw Unsupported("diff with prepend or append")
      }
      return try arguments.tensor(0).diff(
        arguments.int(1, "n", default: 1), arguments.int(2, "dim", default: -1))
    }
    add("kthvalue") { arguments in
      let (values, indices) = try arguments.tensor(0).kthValue(
        arguments.int(1, "k"), arguments.int(2, "dim", default: -1),
        keepDim: arguments.bool(3, "keepdim"))
      return [values, indices]
    }
    add("median") { arguments in
      let x = try arguments.tensor(0)
      guard let dim = try arguments[1, "dim"]?.int() else { return [try x.median()] }
      let (values, indices) = try x.median(dim: dim, keepDim: arguments.bool(2, "keepdim"))
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
      let value = try arguments.required(3, "value")
      return try arguments.tensor(0).indexFill(
        arguments.int(1, "dim"), arguments.tensor(2, "index"), value.scalar())
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
    add("bucketize") { arguments in
      guard try !arguments.bool(nil, "out_int32") else {
        throw Unsupported("bucketize(out_int32:)")
      }
      return try arguments.tensor(0).bucketize(
        arguments.tensor(1, "boundaries"), right: arguments.bool(nil, "right"))
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
