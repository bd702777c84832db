import Martlet

extension OperationTable {
  /// Activations of `torch.nn.functional` beyond the commonest.
  mutating func addActivations() {
    add("nn.functional.hardtanh") {
      try hardtanh(
        $0.tensor(0), min: $0.double(1, "min_val", default: -1),
        max: $0.double(2, "max_val", default: 1))
    }
    unary("nn.functional.relu6") { try relu6($0) }
    add("nn.functional.leaky_relu") {
      try leakyRelu($0.tensor(0), slope: $0.double(1, "negative_slope", default: 0.01))
    }
    add("nn.functional.prelu") { try prelu($0.tensor(0), $0.tensor(1, "weight")) }
    add("nn.functional.threshold") {
      try threshold($0.tensor(0), $0.double(1, "threshold"), value: $0.double(2, "value"))
    }
    unary("nn.functional.hardsigmoid") { try hardsigmoid($0) }
    unary("nn.functional.hardswish") { try hardswish($0) }
    add("nn.functional.hardshrink") {
      try hardshrink($0.tensor(0), $0.double(1, "lambd", default: 0.5))
    }
    add("nn.functional.softshrink") {
      try softshrink($0.tensor(0), $0.double(1, "lambd", default: 0.5))
    }
    add("nn.functional.elu") { try elu($0.tensor(0), alpha: $0.double(1, "alpha", default: 1)) }
    add("nn.functional.celu") { try celu($0.tensor(0), alpha: $0.double(1, "alpha", default: 1)) }
    unary("nn.functional.selu") { try selu($0) }
    add("nn.functional.glu") { try glu($0.tensor(0), dim: $0.int(1, "dim", default: -1)) }
    add("nn.functional.softplus") {
      try softplus(
        $0.tensor(0), beta: $0.double(1, "beta", default: 1),
        threshold: $0.double(2, "threshold", default: 20))
    }
    unary("nn.functional.logsigmoid") { try logSigmoid($0) }
    unary("nn.functional.mish") { try mish($0) }
    unary("nn.functional.softsign") { try softsign($0) }
    unary("nn.functional.tanhshrink") { try tanhshrink($0) }
    add("nn.functional.softmin") {
      try softmin($0.tensor(0), dim: $0.int(1, "dim"), dtype: $0.dtype())
    }
  }

  /// Similarities, look-ups, attention and resizing.
  mutating func addFunctionalMore() {
    add("nn.functional.normalize") {
      try normalize(
        $0.tensor(0), p: $0.double(1, "p", default: 2), dim: $0.int(2, "dim", default: 1),
        eps: $0.double(3, "eps", default: 1e-12))
    }
    add("nn.functional.cosine_similarity") {
      try cosineSimilarity(
        $0.tensor(0, "x1"), $0.tensor(1, "x2"), dim: $0.int(2, "dim", default: 1),
        eps: $0.double(3, "eps", default: 1e-8))
    }
    add("nn.functional.pairwise_distance") {
      try pairwiseDistance(
        $0.tensor(0, "x1"), $0.tensor(1, "x2"), p: $0.double(2, "p", default: 2),
        eps: $0.double(3, "eps", default: 1e-6), keepDim: $0.bool(4, "keepdim"))
    }
    add("nn.functional.group_norm") {
      try groupNorm(
        $0.tensor(0), groups: $0.int(1, "num_groups"), weight: $0[2, "weight"]?.tensor(),
        bias: $0[3, "bias"]?.tensor(), eps: $0.double(4, "eps", default: 1e-5))
    }
    add("nn.functional.embedding") {
      try embedding(
        $0.tensor(0), $0.tensor(1, "weight"), paddingIndex: $0[2, "padding_idx"]?.int())
    }
    add("nn.functional.one_hot") { arguments in
      let classes = try arguments.int(1, "num_classes", default: -1)
      return try oneHot(arguments.tensor(0), classes: classes == -1 ? nil : classes)
    }
    add("nn.functional.scaled_dot_product_attention") {
      try scaledDotProductAttention(
        $0.tensor(0, "query"), $0.tensor(1, "key"), $0.tensor(2, "value"),
        mask: $0[3, "attn_mask"]?.tensor(), dropout: $0.double(4, "dropout_p", default: 0),
        isCausal: $0.bool(5, "is_causal"), scale: $0["scale"]?.double(),
        groupedQueries: $0.bool(nil, "enable_gqa"))
    }
    add("nn.functional.pad") {
      try pad(
        $0.tensor(0), $0.ints(1, "pad"),
        mode: $0.choice(
          2, "mode", default: .constant,
          [
            "constant": PaddingMode.constant, "reflect": .reflect, "replicate": .replicate,
            "circular": .circular,
          ]), value: $0.double(3, "value", default: 0))
    }
    add("nn.functional.interpolate") { try resize($0) }
    add("nn.functional.conv_transpose1d") { try transposedConvolution($0, convTranspose1d) }
    add("nn.functional.conv_transpose2d") { try transposedConvolution($0, convTranspose2d) }
    add("nn.functional.conv_transpose3d") { try transposedConvolution($0, convTranspose3d) }
  }
}

private func resize(_ arguments: Arguments) throws -> Tensor {
  let modes: [String: InterpolationMode] = [
    "nearest": .nearest, "nearest-exact": .nearestExact, "linear": .linear, "bilinear": .bilinear,
    "trilinear": .trilinear, "bicubic": .cubic, "area": .area,
  ]
  return try interpolate(
    arguments.tensor(0), size: arguments[1, "size"]?.ints(),
    scaleFactor: arguments[2, "scale_factor"]?.doubles(),
    recomputeScaleFactor: arguments.bool(5, "recompute_scale_factor"),
    mode: arguments.choice(3, "mode", default: .nearest, modes),
    alignCorners: arguments.bool(4, "align_corners"),
    antialias: arguments.bool(6, "antialias"))
}

private func transposedConvolution(
  _ arguments: Arguments,
  _ function: (
    Tensor, Tensor, Tensor?, any SpatialConvertible, any SpatialConvertible,
    any SpatialConvertible, Int, any SpatialConvertible
  ) throws -> Tensor
) throws -> Tensor {
  try function(
    arguments.tensor(0), arguments.tensor(1, "weight"), arguments[2, "bias"]?.tensor(),
    arguments[3, "stride"]?.ints() ?? [1], arguments[4, "padding"]?.ints() ?? [0],
    arguments[5, "output_padding"]?.ints() ?? [0], arguments.int(6, "groups", default: 1),
    arguments[7, "dilation"]?.ints() ?? [1])
}
