import Martlet

extension OperationTable {
  /// Losses of classes and sequences, pooling and its reverse, sampling, bags and dropout that
  /// models need rarely.
  mutating func addFunctionalRare() {
    addRareLosses()
    addRarePooling()
    addRareDropout()
    add("nn.functional.embedding_bag") { try bag($0) }
    add("nn.functional.multi_head_attention_forward") { try attend($0) }
    add("nn.functional.bilinear") {
      try bilinear(
        $0.tensor(0, "input1"), $0.tensor(1, "input2"), $0.tensor(2, "weight"),
        $0[3, "bias"]?.tensor())
    }
    add("nn.functional.local_response_norm") {
      try localResponseNorm(
        $0.tensor(0), size: $0.int(1, "size"), alpha: $0.double(2, "alpha", default: 1e-4),
        beta: $0.double(3, "beta", default: 0.75), k: $0.double(4, "k", default: 1))
    }
    add("pdist", "nn.functional.pdist") {
      try pdist($0.tensor(0), p: $0.double(1, "p", default: 2))
    }
    add("constant_pad_nd") {
      try pad($0.tensor(0), $0.ints(1, "pad"), value: $0.double(2, "value", default: 0))
    }
    add("nn.functional.upsample_nearest") { try upsample($0, .nearest) }
    add("nn.functional.upsample_bilinear") { try upsample($0, .bilinear) }
    add("nn.functional.fold") {
      try fold(
        $0.tensor(0), outputSize: $0.ints(1, "output_size"), kernelSize: $0.ints(2, "kernel_size"),
        dilation: $0[3, "dilation"]?.ints() ?? [1], padding: $0[4, "padding"]?.ints() ?? [0],
        stride: $0[5, "stride"]?.ints() ?? [1])
    }
    add("nn.functional.grid_sample") {
      try gridSample(
        $0.tensor(0), $0.tensor(1, "grid"),
        mode: $0.choice(
          2, "mode", default: .linear,
          ["bilinear": GridInterpolation.linear, "nearest": .nearest, "bicubic": .cubic]),
        padding: $0.choice(
          3, "padding_mode", default: .zeros,
          ["zeros": GridPadding.zeros, "border": .border, "reflection": .reflection]),
        alignCorners: $0.bool(4, "align_corners"))
    }
    for name in ["grid_sampler_2d", "grid_sampler_3d"] {
      add(name) {
        let modes: [GridInterpolation] = [.linear, .nearest, .cubic]
        let paddings: [GridPadding] = [.zeros, .border, .reflection]
        let mode = try $0.int(2, "interpolation_mode")
        let padding = try $0.int(3, "padding_mode")
        guard modes.indices.contains(mode), paddings.indices.contains(padding) else {
          throw Unwritable("mode \(mode), padding \(padding)")
        }
        return try gridSample(
          $0.tensor(0), $0.tensor(1, "grid"), mode: modes[mode], padding: paddings[padding],
          alignCorners: $0.bool(4, "align_corners"))
      }
    }
  }

  private mutating func addRareLosses() {
    add("nn.functional.multi_margin_loss") {
      try multiMarginLoss(
        $0.tensor(0), $0.tensor(1, "target"), p: $0.int(2, "p", default: 1),
        margin: $0.double(3, "margin", default: 1), weight: $0[4, "weight"]?.tensor(),
        reduction: $0.reduction())
    }
    add("nn.functional.multilabel_margin_loss") {
      try multilabelMarginLoss($0.tensor(0), $0.tensor(1, "target"), reduction: $0.reduction())
    }
    add("nn.functional.multilabel_soft_margin_loss") {
      try multilabelSoftMarginLoss(
        $0.tensor(0), $0.tensor(1, "target"), weight: $0[2, "weight"]?.tensor(),
        reduction: $0.reduction())
    }
    add("nn.functional.linear_cross_entropy") { arguments in
      let target = try arguments.tensor(2, "target")
      let ignored = try arguments["ignore_index"]?.int()
      if ignored != nil, target.dtype.isFloatingPoint {
        throw Unwritable("ignore_index beside probabilities")
      }
      return try linearCrossEntropy(
        arguments.tensor(0), arguments.tensor(1, "linear_weight"), target,
        linearBias: arguments["linear_bias"]?.tensor(), weight: arguments["weight"]?.tensor(),
        ignoreIndex: ignored ?? -100, reduction: arguments.reduction(),
        labelSmoothing: arguments.double(nil, "label_smoothing", default: 0))
    }
    add("nn.functional.ctc_loss") { arguments in
      func lengths(_ position: Int, _ name: String) throws -> Tensor {
        let given = try arguments.required(position, name)
        return given.isTensor ? try given.tensor() : try Tensor(given.ints())
      }
      return try ctcLoss(
        arguments.tensor(0, "log_probs"), arguments.tensor(1, "targets"),
        inputLengths: lengths(2, "input_lengths"), targetLengths: lengths(3, "target_lengths"),
        blank: arguments.int(4, "blank", default: 0), reduction: arguments.reduction(),
        zeroInfinity: arguments.bool(6, "zero_infinity"))
    }
    add("nn.functional.triplet_margin_with_distance_loss") { arguments in
      if let distance = arguments["distance_function"] {
        guard case .module(let name, let values, let keywords) = distance.value,
          name == "nn.PairwiseDistance", values.isEmpty, keywords.isEmpty
        else { throw Unsupported("distance \(distance.value.kind)") }
      }
      return try tripletMarginLoss(
        arguments.tensor(0, "anchor"), arguments.tensor(1, "positive"),
        arguments.tensor(2, "negative"), margin: arguments.double(nil, "margin", default: 1),
        swap: arguments.bool(nil, "swap"), reduction: arguments.reduction()
      ) { try pairwiseDistance($0, $1) }
    }
  }

  private mutating func addRarePooling() {
    for (name, unpool) in [
      ("1d", maxUnpool1d), ("2d", maxUnpool2d), ("3d", maxUnpool3d),
    ] {
      add("nn.functional.max_unpool\(name)") {
        try unpool(
          $0.tensor(0), $0.tensor(1, "indices"), $0.ints(2, "kernel_size"),
          $0[3, "stride"]?.ints(), $0[4, "padding"]?.ints() ?? [0], $0[5, "output_size"]?.ints())
      }
    }
    for (name, pool) in [("2d", fractionalMaxPool2d), ("3d", fractionalMaxPool3d)] {
      add("nn.functional.fractional_max_pool\(name)") { arguments in
        let (values, indices) = try pool(
          arguments.tensor(0), arguments.ints(1, "kernel_size"),
          arguments[2, "output_size"]?.ints(), arguments[3, "output_ratio"]?.doubles(),
          arguments["_random_samples"]?.tensor())
        return try arguments.bool(4, "return_indices") ? [values, indices] : [values]
      }
    }
  }

  private mutating func addRareDropout() {
    for (name, drop) in [
      ("alpha_dropout", alphaDropout), ("feature_alpha_dropout", featureAlphaDropout),
    ] {
      add("nn.functional.\(name)") {
        try drop($0.tensor(0), $0.double(1, "p", default: 0.5), $0.bool(2, "training"))
      }
    }
    add("nn.functional.rrelu") {
      try rrelu(
        $0.tensor(0), lower: $0.double(1, "lower", default: 1.0 / 8),
        upper: $0.double(2, "upper", default: 1.0 / 3), training: $0.bool(3, "training"))
    }
  }
}

private func upsample(_ arguments: Arguments, _ mode: InterpolationMode) throws -> Tensor {
  try interpolate(
    arguments.tensor(0), size: arguments[1, "size"]?.ints(),
    scaleFactor: arguments[2, "scale_factor"]?.doubles(), mode: mode,
    alignCorners: mode == .bilinear)
}

private func bag(_ arguments: Arguments) throws -> Tensor {
  try embeddingBag(
    arguments.tensor(0), arguments.tensor(1, "weight"), offsets: arguments[2, "offsets"]?.tensor(),
    includesLastOffset: arguments.bool(8, "include_last_offset"),
    mode: arguments.choice(
      6, "mode", default: .mean, ["mean": BagReduction.mean, "sum": .sum, "max": .max]),
    sampleWeights: arguments["per_sample_weights"]?.tensor(),
    paddingIndex: arguments["padding_idx"]?.int())
}

private func attend(_ arguments: Arguments) throws -> [Tensor] {
  let query = try arguments.tensor(0, "query")
  guard try arguments.int(3, "embed_dim_to_check") == query.shape.last else {
    throw Unwritable("embed_dim_to_check")
  }
  let packed = try arguments[5, "in_proj_weight"]?.tensor()
  let parts = try ["q_proj_weight", "k_proj_weight", "v_proj_weight"].map {
    try arguments[$0]?.tensor()
  }
  let projection: AttentionProjection
  if try arguments.bool(nil, "use_separate_proj_weight") {
    guard let q = parts[0], let k = parts[1], let v = parts[2] else {
      throw Unwritable("separate weights that are missing")
    }
    projection = .separate(query: q, key: k, value: v)
  } else {
    guard let packed else { throw Unwritable("a packed weight that is missing") }
    projection = .packed(packed)
  }
  let (output, weights) = try multiHeadAttention(
    query, arguments.tensor(1, "key"), arguments.tensor(2, "value"),
    heads: arguments.int(4, "num_heads"), projection: projection,
    inputBias: arguments[6, "in_proj_bias"]?.tensor(), keyBias: arguments[7, "bias_k"]?.tensor(),
    valueBias: arguments[8, "bias_v"]?.tensor(),
    addZeroAttention: arguments.bool(9, "add_zero_attn"),
    outputWeight: arguments.tensor(11, "out_proj_weight"),
    outputBias: arguments[12, "out_proj_bias"]?.tensor(),
    dropout: arguments.double(10, "dropout_p"),
    training: arguments.bool(13, "training", default: true),
    keyPaddingMask: arguments["key_padding_mask"]?.tensor(),
    mask: arguments["attn_mask"]?.tensor(), isCausal: arguments.bool(nil, "is_causal"),
    needsWeights: arguments.bool(nil, "need_weights", default: true),
    averagesWeights: arguments.bool(nil, "average_attn_weights", default: true))
  return [output] + (weights.map { [$0] } ?? [])
}
