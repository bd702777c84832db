import Martlet

extension ModuleTable {
  /// Pooling and its reverse.
  mutating func addPooling() {
    addPooling(of: Spatial1.self)
    addPooling(of: Spatial2.self)
    addPooling(of: Spatial3.self)
    addFractionalPooling(of: Spatial2.self)
    addFractionalPooling(of: Spatial3.self)
  }

  private mutating func addPooling<Rank: SpatialRank>(of rank: Rank.Type) {
    add("nn.MaxPool\(Rank.rank)d") { arguments in
      let layer = try MaxPooling<Rank>(
        arguments.ints(0, "kernel_size"), stride: arguments[1, "stride"]?.ints(),
        padding: arguments[2, "padding"]?.ints() ?? [0],
        dilation: arguments[3, "dilation"]?.ints() ?? [1],
        ceilMode: arguments.bool(5, "ceil_mode"))
      let withIndices = try arguments.bool(4, "return_indices")
      return ModuleAdapter(layer) { layer, inputs in
        try pool(inputs, withIndices, { try layer($0) }, layer.withIndices)
      }
    }
    add("nn.AdaptiveMaxPool\(Rank.rank)d") { arguments in
      let layer = try AdaptiveMaxPooling<Rank>(
        arguments.required(0, "output_size").optionalInts())
      let withIndices = try arguments.bool(1, "return_indices")
      return ModuleAdapter(layer) { layer, inputs in
        try pool(inputs, withIndices, { try layer($0) }, layer.withIndices)
      }
    }
    add(
      "nn.AdaptiveAvgPool\(Rank.rank)d",
      layer: {
        try AdaptiveAveragePooling<Rank>($0.required(0, "output_size").optionalInts())
      })
    add(
      "nn.AvgPool\(Rank.rank)d",
      layer: {
        try AveragePooling<Rank>(
          $0.ints(0, "kernel_size"), stride: $0[1, "stride"]?.ints(),
          padding: $0[2, "padding"]?.ints() ?? [0], ceilMode: $0.bool(3, "ceil_mode"),
          countIncludePad: $0.bool(4, "count_include_pad", default: true),
          divisorOverride: $0[5, "divisor_override"]?.int())
      })
    add(
      "nn.LPPool\(Rank.rank)d",
      layer: {
        try PowerPooling<Rank>(
          $0.double(0, "norm_type"), $0.ints(1, "kernel_size"), stride: $0[2, "stride"]?.ints(),
          ceilMode: $0.bool(3, "ceil_mode"))
      })
    add("nn.MaxUnpool\(Rank.rank)d") { arguments in
      let layer = try MaxUnpooling<Rank>(
        arguments.ints(0, "kernel_size"), stride: arguments[1, "stride"]?.ints(),
        padding: arguments[2, "padding"]?.ints() ?? [0])
      return ModuleAdapter(layer) { layer, inputs in
        let (x, indices) = (try inputs.tensor(0), try inputs.tensor(1, "indices"))
        guard let size = try inputs[2, "output_size"]?.ints() else {
          return [.tensor(try layer(x, indices))]
        }
        return [.tensor(try layer(x, indices, outputSize: size))]
      }
    }
  }

  private mutating func addFractionalPooling<Rank: SpatialRank>(of rank: Rank.Type) {
    add("nn.FractionalMaxPool\(Rank.rank)d") { arguments in
      let layer = try FractionalMaxPooling<Rank>(
        arguments.ints(0, "kernel_size"), outputSize: arguments[1, "output_size"]?.ints(),
        outputRatio: arguments[2, "output_ratio"]?.doubles(),
        samples: arguments["_random_samples"]?.tensor())
      let withIndices = try arguments.bool(3, "return_indices")
      return ModuleAdapter(layer) { layer, inputs in
        try pool(inputs, withIndices, { try layer($0) }, layer.withIndices)
      }
    }
  }
}

private func pool(
  _ inputs: Arguments, _ withIndices: Bool, _ plain: (Tensor) throws -> Tensor,
  _ indexed: (Tensor) throws -> (values: Tensor, indices: Tensor)
) throws -> [Output] {
  let x = try inputs.tensor(0)
  guard withIndices else { return [.tensor(try plain(x))] }
  let (values, indices) = try indexed(x)
  return [.tensor(values), .tensor(indices)]
}
