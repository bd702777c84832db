import Martlet

extension ModuleTable {
  /// Losses of one or two inputs and a target.
  mutating func addLosses() {
    addClassLosses()
    addTripleLosses()
    add("nn.L1Loss", pair: { try L1Loss(reduction: $0.reduction()) })
    add("nn.MSELoss", pair: { try MSELoss(reduction: $0.reduction()) })
    add(
      "nn.SmoothL1Loss",
      pair: {
        try SmoothL1Loss(beta: $0.double(nil, "beta", default: 1), reduction: $0.reduction())
      })
    add(
      "nn.HuberLoss",
      pair: {
        try HuberLoss(delta: $0.double(nil, "delta", default: 1), reduction: $0.reduction())
      })
    add(
      "nn.PoissonNLLLoss",
      pair: {
        try PoissonNLLLoss(
          logInput: $0.bool(nil, "log_input", default: true), full: $0.bool(nil, "full"),
          eps: $0.double(nil, "eps", default: 1e-8), reduction: $0.reduction())
      })
    add(
      "nn.BCELoss",
      pair: { try BCELoss(weight: $0["weight"]?.tensor(), reduction: $0.reduction()) })
    add(
      "nn.BCEWithLogitsLoss",
      pair: {
        try BCEWithLogitsLoss(
          weight: $0["weight"]?.tensor(), positiveWeight: $0["pos_weight"]?.tensor(),
          reduction: $0.reduction())
      })
    add(
      "nn.KLDivLoss",
      pair: { arguments in
        let isBatchMean = try arguments.string(nil, "reduction", default: "mean") == "batchmean"
        return try KLDivLoss(
          logTarget: arguments.bool(nil, "log_target"), batchMean: isBatchMean,
          reduction: isBatchMean ? .mean : arguments.reduction())
      })
    add(
      "nn.HingeEmbeddingLoss",
      pair: {
        try HingeEmbeddingLoss(
          margin: $0.double(nil, "margin", default: 1), reduction: $0.reduction())
      })
    add("nn.SoftMarginLoss", pair: { try SoftMarginLoss(reduction: $0.reduction()) })
  }

  private mutating func addClassLosses() {
    add(
      "nn.CrossEntropyLoss",
      pair: {
        try CrossEntropyLoss(
          weight: $0["weight"]?.tensor(), ignoreIndex: $0.int(nil, "ignore_index", default: -100),
          reduction: $0.reduction(),
          labelSmoothing: $0.double(nil, "label_smoothing", default: 0))
      })
    add(
      "nn.NLLLoss",
      pair: {
        try NLLLoss(
          weight: $0["weight"]?.tensor(), ignoreIndex: $0.int(nil, "ignore_index", default: -100),
          reduction: $0.reduction())
      })
    add(
      "nn.MultiMarginLoss",
      pair: {
        try MultiMarginLoss(
          p: $0.int(nil, "p", default: 1), margin: $0.double(nil, "margin", default: 1),
          weight: $0["weight"]?.tensor(), reduction: $0.reduction())
      })
    add("nn.MultiLabelMarginLoss", pair: { try MultiLabelMarginLoss(reduction: $0.reduction()) })
    add(
      "nn.MultiLabelSoftMarginLoss",
      pair: {
        try MultiLabelSoftMarginLoss(weight: $0["weight"]?.tensor(), reduction: $0.reduction())
      })
  }

  private mutating func addTripleLosses() {
    add(
      "nn.GaussianNLLLoss",
      triple: {
        try GaussianNLLLoss(
          full: $0.bool(nil, "full"), eps: $0.double(nil, "eps", default: 1e-6),
          reduction: $0.reduction())
      })
    add(
      "nn.MarginRankingLoss",
      triple: {
        try MarginRankingLoss(
          margin: $0.double(nil, "margin", default: 0), reduction: $0.reduction())
      })
    add(
      "nn.CosineEmbeddingLoss",
      triple: {
        try CosineEmbeddingLoss(
          margin: $0.double(nil, "margin", default: 0), reduction: $0.reduction())
      })
    add(
      "nn.TripletMarginLoss",
      triple: {
        try TripletMarginLoss(
          margin: $0.double(nil, "margin", default: 1), p: $0.double(nil, "p", default: 2),
          eps: $0.double(nil, "eps", default: 1e-6), swap: $0.bool(nil, "swap"),
          reduction: $0.reduction())
      })
    add(
      "nn.LinearCrossEntropyLoss",
      pair: {
        try LinearCrossEntropyLoss(
          $0.int(0, "in_features"), $0.int(1, "num_classes"),
          outFeatures: $0["out_features"]?.ints() ?? [], bias: $0.bool(nil, "bias"),
          weight: $0["weight"]?.tensor(), ignoreIndex: $0["ignore_index"]?.int(),
          reduction: $0.reduction(),
          labelSmoothing: $0.double(nil, "label_smoothing", default: 0))
      })
    add("nn.CTCLoss") { arguments in
      let loss = try CTCLoss(
        blank: arguments.int(nil, "blank", default: 0), reduction: arguments.reduction(),
        zeroInfinity: arguments.bool(nil, "zero_infinity"))
      return ModuleAdapter(loss) { loss, inputs in
        func lengths(_ position: Int, _ name: String) throws -> Tensor {
          let given = try inputs.required(position, name)
          return given.isTensor ? try given.tensor() : try Tensor(given.ints())
        }
        return [
          .tensor(
            try loss(
              inputs.tensor(0, "log_probs"), inputs.tensor(1, "targets"),
              lengths(2, "input_lengths"), lengths(3, "target_lengths")))
        ]
      }
    }
  }
}
