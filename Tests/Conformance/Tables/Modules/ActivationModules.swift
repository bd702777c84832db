import Martlet

extension ModuleTable {
  /// Activations.
  mutating func addActivations() {
    add("nn.ReLU", layer: { _ in ReLU() })
    add("nn.ReLU6", layer: { _ in ReLU6() })
    add("nn.Sigmoid", layer: { _ in Sigmoid() })
    add("nn.Tanh", layer: { _ in Tanh() })
    add("nn.SiLU", layer: { _ in SiLU() })
    add("nn.Mish", layer: { _ in Mish() })
    add("nn.SELU", layer: { _ in SELU() })
    add("nn.Softsign", layer: { _ in Softsign() })
    add("nn.Tanhshrink", layer: { _ in Tanhshrink() })
    add("nn.LogSigmoid", layer: { _ in LogSigmoid() })
    add("nn.Hardsigmoid", layer: { _ in Hardsigmoid() })
    add("nn.Hardswish", layer: { _ in Hardswish() })
    add("nn.Softmax2d", layer: { _ in Softmax2d() })
    add(
      "nn.GELU",
      layer: {
        try GELU(
          approximate: $0.choice(0, "approximate", default: .none, ["none": .none, "tanh": .tanh]))
      })
    add("nn.ELU", layer: { try ELU(alpha: $0.double(0, "alpha", default: 1)) })
    add("nn.CELU", layer: { try CELU(alpha: $0.double(0, "alpha", default: 1)) })
    add(
      "nn.LeakyReLU",
      layer: { try LeakyReLU(slope: $0.double(0, "negative_slope", default: 0.01)) })
    add(
      "nn.Softplus",
      layer: {
        try Softplus(
          beta: $0.double(0, "beta", default: 1), threshold: $0.double(1, "threshold", default: 20))
      })
    add(
      "nn.Hardtanh",
      layer: {
        try Hardtanh(
          min: $0.double(0, "min_val", default: -1), max: $0.double(1, "max_val", default: 1))
      })
    add(
      "nn.Threshold",
      layer: { try Threshold($0.double(0, "threshold"), value: $0.double(1, "value")) })
    add("nn.Hardshrink", layer: { try Hardshrink($0.double(0, "lambd", default: 0.5)) })
    add("nn.Softshrink", layer: { try Softshrink($0.double(0, "lambd", default: 0.5)) })
    add("nn.Softmax", layer: { try Softmax(dim: $0.int(0, "dim")) })
    add("nn.LogSoftmax", layer: { try LogSoftmax(dim: $0.int(0, "dim")) })
    add("nn.Softmin", layer: { try Softmin(dim: $0.int(0, "dim")) })
    add("nn.GLU", layer: { try GLU(dim: $0.int(0, "dim", default: -1)) })
    add(
      "nn.PReLU",
      layer: {
        try PReLU(
          $0.int(0, "num_parameters", default: 1), initial: $0.double(1, "init", default: 0.25))
      })
    add(
      "nn.RReLU",
      layer: {
        try RReLU(
          lower: $0.double(0, "lower", default: 1.0 / 8),
          upper: $0.double(1, "upper", default: 1.0 / 3))
      })
  }
}
