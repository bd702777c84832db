import Martlet

extension InitializerTable {
  /// All that Martlet offers.
  static func standard() -> InitializerTable {
    var table = InitializerTable()
    table.add("constant_") { try .constant($0.double(nil, "val")) }
    table.add("ones_") { _ in .ones }
    table.add("zeros_") { _ in .zeros }
    table.add("eye_") { _ in .eye }
    table.add("dirac_") { try .dirac(groups: $0.int(nil, "groups", default: 1)) }
    table.add("uniform_") {
      try .uniform($0.double(nil, "a", default: 0), $0.double(nil, "b", default: 1))
    }
    table.add("normal_") {
      try .normal(
        mean: $0.double(nil, "mean", default: 0), std: $0.double(nil, "std", default: 1))
    }
    table.add("trunc_normal_") {
      try .truncatedNormal(
        mean: $0.double(nil, "mean", default: 0), std: $0.double(nil, "std", default: 1),
        low: $0.double(nil, "a", default: -2), high: $0.double(nil, "b", default: 2))
    }
    table.add("xavier_uniform_") { try .xavierUniform(gain: $0.double(nil, "gain", default: 1)) }
    table.add("xavier_normal_") { try .xavierNormal(gain: $0.double(nil, "gain", default: 1)) }
    table.add("kaiming_uniform_") {
      try .kaimingUniform(mode: $0.fanMode(), nonlinearity: $0.nonlinearity(slope: "a", 0))
    }
    table.add("kaiming_normal_") {
      try .kaimingNormal(mode: $0.fanMode(), nonlinearity: $0.nonlinearity(slope: "a", 0))
    }
    table.add("orthogonal_") { try .orthogonal(gain: $0.double(nil, "gain", default: 1)) }
    table.add("sparse_") {
      try .sparse(sparsity: $0.double(nil, "sparsity"), std: $0.double(nil, "std", default: 0.01))
    }
    table.gains["calculate_gain"] = { try $0.nonlinearity(slope: "param", 0.01).gain }
    return table
  }

  private mutating func add(
    _ name: String, _ make: @escaping (Arguments) throws -> Martlet.Initializer
  ) {
    initializers[name] = { shape, arguments in try make(arguments).tensor(shape) }
  }
}

extension Arguments {
  fileprivate func fanMode() throws -> FanMode {
    switch try string(nil, "mode", default: "fan_in") {
    case "fan_in": .fanIn
    case "fan_out": .fanOut
    case let mode: throw Unwritable("mode \(mode)")
    }
  }

  fileprivate func nonlinearity(slope name: String, _ standard: Double) throws -> Nonlinearity {
    let slope = try double(nil, name, default: standard)
    switch try string(nil, "nonlinearity", default: "leaky_relu") {
    case "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
      "conv_transpose3d":
      return .linear
    case "sigmoid": return .sigmoid
    case "tanh": return .tanh
    case "relu": return .relu
    case "leaky_relu": return .leakyReLU(slope: slope)
    case "selu": return .selu
    case let name: throw Unwritable("nonlinearity \(name)")
    }
  }
}
