import Martlet

extension ModuleTable {
  /// Convolutions and transposed convolutions.
  mutating func addConvolutions() {
    addConvolution(of: Spatial1.self)
    addConvolution(of: Spatial2.self)
    addConvolution(of: Spatial3.self)
  }

  private mutating func addConvolution<Rank: SpatialRank>(of rank: Rank.Type) {
    add(
      "nn.Conv\(Rank.rank)d",
      layer: {
        try ConvolutionLayer<Rank>(
          $0.int(0, "in_channels"), $0.int(1, "out_channels"),
          kernelSize: $0.ints(2, "kernel_size"), stride: $0[3, "stride"]?.ints() ?? [1],
          padding: $0.padding(4), dilation: $0[5, "dilation"]?.ints() ?? [1],
          groups: $0.int(6, "groups", default: 1), bias: $0.bool(7, "bias", default: true),
          paddingMode: $0.choice(
            8, "padding_mode", default: .constant,
            [
              "zeros": PaddingMode.constant, "reflect": .reflect, "replicate": .replicate,
              "circular": .circular,
            ]))
      })
    add("nn.ConvTranspose\(Rank.rank)d") { arguments in
      let layer = try TransposedConvolutionLayer<Rank>(
        arguments.int(0, "in_channels"), arguments.int(1, "out_channels"),
        kernelSize: arguments.ints(2, "kernel_size"),
        stride: arguments[3, "stride"]?.ints() ?? [1],
        padding: arguments[4, "padding"]?.ints() ?? [0],
        outputPadding: arguments[5, "output_padding"]?.ints() ?? [0],
        groups: arguments.int(6, "groups", default: 1),
        bias: arguments.bool(7, "bias", default: true),
        dilation: arguments[8, "dilation"]?.ints() ?? [1])
      return ModuleAdapter(layer) { layer, inputs in
        let x = try inputs.tensor(0)
        guard let size = try inputs[1, "output_size"]?.ints() else {
          return [.tensor(try layer(x))]
        }
        return [.tensor(try layer(x, outputSize: size))]
      }
    }
  }
}

extension Arguments {
  fileprivate func padding(_ position: Int) throws -> ConvolutionPadding {
    guard let given = self[position, "padding"] else { return .valid }
    guard case .string = given.value else { return try given.ints().convolutionPadding }
    return try choice(
      position, "padding", default: .valid,
      ["same": ConvolutionPadding.same, "valid": .valid])
  }
}
