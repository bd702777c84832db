import Martlet

extension ModuleTable {
  /// Dropout.
  mutating func addDropout() {
    add("nn.Dropout", layer: { try Dropout($0.double(0, "p", default: 0.5)) })
    add("nn.Dropout1d", layer: { try Dropout1d($0.double(0, "p", default: 0.5)) })
    add("nn.Dropout2d", layer: { try Dropout2d($0.double(0, "p", default: 0.5)) })
    add("nn.Dropout3d", layer: { try Dropout3d($0.double(0, "p", default: 0.5)) })
    add("nn.AlphaDropout", layer: { try AlphaDropout($0.double(0, "p", default: 0.5)) })
    add(
      "nn.FeatureAlphaDropout",
      layer: { try FeatureAlphaDropout($0.double(0, "p", default: 0.5)) })
  }
}
