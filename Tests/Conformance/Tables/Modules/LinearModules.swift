import Martlet

extension ModuleTable {
  /// Linear layers and distances.
  mutating func addLinear() {
    add("nn.Identity", layer: { _ in Identity() })
    add(
      "nn.Linear",
      layer: {
        try Linear(
          $0.int(0, "in_features"), $0.int(1, "out_features"),
          bias: $0.bool(2, "bias", default: true))
      })
    add(
      "nn.Bilinear",
      pair: {
        try Bilinear(
          $0.int(0, "in1_features"), $0.int(1, "in2_features"), $0.int(2, "out_features"),
          bias: $0.bool(3, "bias", default: true))
      })
    add(
      "nn.CosineSimilarity",
      pair: {
        try CosineSimilarity(
          dim: $0.int(0, "dim", default: 1), eps: $0.double(1, "eps", default: 1e-8))
      })
    add(
      "nn.PairwiseDistance",
      pair: {
        try PairwiseDistance(
          p: $0.double(0, "p", default: 2), eps: $0.double(1, "eps", default: 1e-6),
          keepDim: $0.bool(2, "keepdim"))
      })
  }
}
