import Martlet

extension OperationTable {
  /// `torch.masked`.
  mutating func addMasked() {
    reduction("sum") { try Masked.sum($0, $1, keepDim: $2, mask: $3) }
    reduction("prod") { try Masked.prod($0, $1, keepDim: $2, mask: $3) }
    reduction("mean") { try Masked.mean($0, $1, keepDim: $2, mask: $3) }
    reduction("amax") { try Masked.amax($0, $1, keepDim: $2, mask: $3) }
    reduction("amin") { try Masked.amin($0, $1, keepDim: $2, mask: $3) }
    // PyTorch gives the results of these in the dtype of the input.
    reduction("argmax") { try Masked.argmax($0, $1.first, keepDim: $2, mask: $3).to($0.dtype) }
    reduction("argmin") { try Masked.argmin($0, $1.first, keepDim: $2, mask: $3).to($0.dtype) }
    reduction("logsumexp") { try Masked.logSumExp($0, $1, keepDim: $2, mask: $3).to($0.dtype) }
    spread("var") { try Masked.var($0, $1.dims, correction: $1.correction, keepDim: $2, mask: $3) }
    spread("std") { try Masked.std($0, $1.dims, correction: $1.correction, keepDim: $2, mask: $3) }
    along("cumsum") { try Masked.cumsum($0, $1, mask: $2) }
    along("cumprod") { try Masked.cumprod($0, $1, mask: $2) }
    along("softmax") { try Masked.softmax($0, $1, mask: $2) }
    along("log_softmax") { try Masked.logSoftmax($0, $1, mask: $2) }
    along("softmin") { try Masked.softmin($0, $1, mask: $2) }
    add("masked.median") {
      try Masked.median(
        $0.tensor(0), $0.int(1, "dim"), keepDim: $0.bool(nil, "keepdim"), mask: $0.mask())
    }
    add("masked.norm") {
      try Masked.norm(
        $0.tensor(0), $0.double(1, "ord", default: 2), $0[2, "dim"]?.ints() ?? [],
        keepDim: $0.bool(nil, "keepdim"), mask: $0.mask())
    }
    add("masked.normalize") {
      try Masked.normalize(
        $0.tensor(0), $0.double(1, "ord"), $0.int(2, "dim"),
        eps: $0.double(nil, "eps", default: 1e-12), mask: $0.mask())
    }
    add("masked.logaddexp") {
      try Masked.logaddexp(
        $0.tensor(0), $0.tensor(1, "other"), xMask: $0["input_mask"]?.tensor(),
        yMask: $0["other_mask"]?.tensor())
    }
  }

  private mutating func reduction(
    _ name: String, call: @escaping (Tensor, [Int], Bool, Tensor?) throws -> Tensor
  ) {
    add("masked." + name) { arguments in
      try call(
        arguments.tensor(0), arguments[1, "dim"]?.ints() ?? [],
        arguments.bool(nil, "keepdim"), arguments.mask())
    }
  }

  private mutating func spread(
    _ name: String, call: @escaping (Tensor, Spread, Bool, Tensor?) throws -> Tensor
  ) {
    add("masked." + name) { arguments in
      let spread = try Spread(arguments)
      return try call(arguments.tensor(0), spread, spread.keepDim, arguments.mask())
    }
  }

  private mutating func along(
    _ name: String, call: @escaping (Tensor, Int, Tensor?) throws -> Tensor
  ) {
    add("masked." + name) { try call($0.tensor(0), $0.int(1, "dim"), $0.mask()) }
  }
}

extension Arguments {
  fileprivate func mask() throws -> Tensor? { try self["mask"]?.tensor() }
}
