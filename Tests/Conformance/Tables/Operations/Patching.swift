import Martlet

extension OperationTable {
  /// Copies with some elements replaced, and what else composes simply.
  mutating func addPatching() {
    add("select_scatter") {
      try $0.tensor(0).selectScatter($0.tensor(1, "src"), $0.int(2, "dim"), $0.int(3, "index"))
    }
    add("slice_scatter") {
      try $0.tensor(0).sliceScatter(
        $0.tensor(1, "src"), $0.int(2, "dim", default: 0), start: $0[3, "start"]?.int(),
        end: $0[4, "end"]?.int(), step: $0.int(5, "step", default: 1))
    }
    add("diagonal_scatter") {
      try $0.tensor(0).diagonalScatter(
        $0.tensor(1, "src"), offset: $0.int(2, "offset", default: 0),
        dim1: $0.int(3, "dim1", default: 0), dim2: $0.int(4, "dim2", default: 1))
    }
    add("masked_scatter") {
      try $0.tensor(0).maskedScatter($0.tensor(1, "mask"), $0.tensor(2, "source"))
    }
    add("diagflat") { try $0.tensor(0).diagFlat($0.int(1, "offset", default: 0)) }
    add("dist") { try $0.tensor(0).dist($0.tensor(1, "other"), $0.double(2, "p", default: 2)) }
    add("linalg.cross") {
      try $0.tensor(0).cross($0.tensor(1, "other"), dim: $0.int(nil, "dim", default: -1))
    }
    add("cross") { arguments in
      let x = try arguments.tensor(0)
      // By default along the first dimension of size 3.
      let dim = try arguments[2, "dim"]?.int() ?? x.shape.firstIndex(of: 3) ?? -1
      return try x.cross(arguments.tensor(1, "other"), dim: dim)
    }
    binary("logaddexp2") { try $0.logaddexp2($1) }
    binary("ldexp") { try $0.ldexp($1) }
    add("block_diag") { try blockDiag($0.rest(from: 0).map { try $0.tensor() }) }
    addQuantile("quantile") { try $0.quantile($1, $2, keepDim: $3, interpolation: $4) }
    addQuantile("nanquantile") { try $0.nanquantile($1, $2, keepDim: $3, interpolation: $4) }
    add("cov") {
      try $0.tensor(0).cov(
        correction: $0.int(nil, "correction", default: 1), frequencies: $0["fweights"]?.tensor(),
        weights: $0["aweights"]?.tensor())
    }
    unary("corrcoef") { try $0.corrcoef() }
    add("bincount") {
      try $0.tensor(0).bincount(
        weights: $0[1, "weights"]?.tensor(), least: $0.int(2, "minlength", default: 0))
    }
    add("tril_indices") { arguments in
      try Tensor.trilIndices(
        arguments.int(0, "row"), arguments.int(1, "col"),
        diagonal: arguments.int(2, "offset", default: 0)
      ).to(arguments.dtype() ?? .int64)
    }
    add("triu_indices") { arguments in
      try Tensor.triuIndices(
        arguments.int(0, "row"), arguments.int(1, "col"),
        diagonal: arguments.int(2, "offset", default: 0)
      ).to(arguments.dtype() ?? .int64)
    }
    add("randint_like") { arguments in
      let x = try arguments.tensor(0)
      let hasLow = arguments.count > 2
      let low = hasLow ? try arguments.int(1, "low") : 0
      let high = try arguments.int(hasLow ? 2 : 1, "high")
      guard low <= high else { throw Unwritable("a range from \(low) to \(high)") }
      return try Tensor.randint(low..<high, x.shape, dtype: arguments.dtype() ?? x.dtype)
    }
    add("nn.functional.pixel_shuffle") {
      try pixelShuffle($0.tensor(0), $0.int(1, "upscale_factor"))
    }
    add("nn.functional.pixel_unshuffle") {
      try pixelUnshuffle($0.tensor(0), $0.int(1, "downscale_factor"))
    }
    add("nn.functional.channel_shuffle") {
      try channelShuffle($0.tensor(0), groups: $0.int(1, "groups"))
    }
  }

  private mutating func addQuantile(
    _ name: String,
    _ call: @escaping (Tensor, Tensor, Int?, Bool, Tensor.QuantileInterpolation) throws -> Tensor
  ) {
    let modes: [String: Tensor.QuantileInterpolation] = [
      "linear": .linear, "lower": .lower, "higher": .higher, "midpoint": .midpoint,
      "nearest": .nearest,
    ]
    add(name) { arguments in
      let x = try arguments.tensor(0)
      let q = try arguments.required(1, "q")
      return try call(
        x, q.isTensor ? q.tensor() : Tensor.full([], q.double(), dtype: x.dtype),
        arguments[2, "dim"]?.int(), arguments.bool(3, "keepdim"),
        arguments.choice(nil, "interpolation", default: .linear, modes))
    }
  }

  /// Losses of pairs, triplets and distributions.
  mutating func addEmbeddingLosses() {
    add("nn.functional.margin_ranking_loss") {
      try marginRankingLoss(
        $0.tensor(0, "input1"), $0.tensor(1, "input2"), $0.tensor(2, "target"),
        margin: $0.double(nil, "margin", default: 0), reduction: $0.reduction())
    }
    add("nn.functional.hinge_embedding_loss") {
      try hingeEmbeddingLoss(
        $0.tensor(0), $0.tensor(1, "target"), margin: $0.double(nil, "margin", default: 1),
        reduction: $0.reduction())
    }
    add("nn.functional.soft_margin_loss") {
      try softMarginLoss($0.tensor(0), $0.tensor(1, "target"), reduction: $0.reduction())
    }
    add("nn.functional.cosine_embedding_loss") {
      try cosineEmbeddingLoss(
        $0.tensor(0, "input1"), $0.tensor(1, "input2"), $0.tensor(2, "target"),
        margin: $0.double(nil, "margin", default: 0), reduction: $0.reduction())
    }
    add("nn.functional.triplet_margin_loss") {
      try tripletMarginLoss(
        $0.tensor(0, "anchor"), $0.tensor(1, "positive"), $0.tensor(2, "negative"),
        margin: $0.double(nil, "margin", default: 1), p: $0.double(nil, "p", default: 2),
        eps: $0.double(nil, "eps", default: 1e-6), swap: $0.bool(nil, "swap"),
        reduction: $0.reduction())
    }
    add("nn.functional.poisson_nll_loss") {
      try poissonNLLLoss(
        $0.tensor(0), $0.tensor(1, "target"), logInput: $0.bool(nil, "log_input", default: true),
        full: $0.bool(nil, "full"), eps: $0.double(nil, "eps", default: 1e-8),
        reduction: $0.reduction())
    }
    add("nn.functional.gaussian_nll_loss") {
      try gaussianNLLLoss(
        $0.tensor(0), $0.tensor(1, "target"), $0.tensor(2, "var"), full: $0.bool(nil, "full"),
        eps: $0.double(nil, "eps", default: 1e-6), reduction: $0.reduction())
    }
  }
}
