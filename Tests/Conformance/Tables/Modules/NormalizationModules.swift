import Martlet

extension ModuleTable {
  /// Normalisation.
  mutating func addNormalization() {
    addBatchNorm("nn.BatchNorm1d", of: Spatial1.self)
    addBatchNorm("nn.BatchNorm2d", of: Spatial2.self)
    addBatchNorm("nn.BatchNorm3d", of: Spatial3.self)
    addInstanceNorm("nn.InstanceNorm1d", of: Spatial1.self)
    addInstanceNorm("nn.InstanceNorm2d", of: Spatial2.self)
    addInstanceNorm("nn.InstanceNorm3d", of: Spatial3.self)
    add(
      "nn.LayerNorm",
      layer: {
        try LayerNorm(
          $0.ints(0, "normalized_shape"), eps: $0.double(1, "eps", default: 1e-5),
          elementwiseAffine: $0.bool(2, "elementwise_affine", default: true),
          bias: $0.bool(3, "bias", default: true))
      })
    add(
      "nn.RMSNorm",
      layer: {
        try RMSNorm(
          $0.ints(0, "normalized_shape"), eps: $0[1, "eps"]?.double(),
          elementwiseAffine: $0.bool(2, "elementwise_affine", default: true))
      })
    add(
      "nn.GroupNorm",
      layer: {
        try GroupNorm(
          $0.int(0, "num_groups"), $0.int(1, "num_channels"),
          eps: $0.double(2, "eps", default: 1e-5), affine: $0.bool(3, "affine", default: true),
          bias: $0.bool(nil, "bias", default: true))
      })
    add(
      "nn.LocalResponseNorm",
      layer: {
        try LocalResponseNorm(
          $0.int(0, "size"), alpha: $0.double(1, "alpha", default: 1e-4),
          beta: $0.double(2, "beta", default: 0.75), k: $0.double(3, "k", default: 1))
      })
  }

  private mutating func addBatchNorm<Rank: SpatialRank>(_ name: String, of rank: Rank.Type) {
    add(
      name,
      layer: {
        try BatchNorm<Rank>(
          $0.int(0, "num_features"), eps: $0.double(1, "eps", default: 1e-5),
          momentum: $0.momentum(), affine: $0.bool(3, "affine", default: true),
          bias: $0.bool(nil, "bias", default: true),
          trackRunningStats: $0.bool(4, "track_running_stats", default: true))
      })
  }

  private mutating func addInstanceNorm<Rank: SpatialRank>(_ name: String, of rank: Rank.Type) {
    add(
      name,
      layer: {
        try InstanceNormalization<Rank>(
          $0.int(0, "num_features"), eps: $0.double(1, "eps", default: 1e-5),
          momentum: $0.momentum(), affine: $0.bool(3, "affine"),
          bias: $0.bool(nil, "bias", default: true),
          trackRunningStats: $0.bool(4, "track_running_stats"))
      })
  }
}

extension Arguments {
  /// `None` is a value of its own.
  fileprivate func momentum() throws -> Double? {
    let given = try self[2, "momentum"]?.double()
    return count > 2 || hasKeyword("momentum") ? given : 0.1
  }
}
