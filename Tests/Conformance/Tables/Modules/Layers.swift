import Martlet

extension ModuleTable {
  /// All that Martlet offers.
  static func standard() -> ModuleTable {
    var table = ModuleTable()
    table.addLayers()
    table.addPooling()
    table.addNormalization()
    table.addActivations()
    table.addEmbeddings()
    table.addLosses()
    return table
  }

  private mutating func addLayers() {
    add(
      "nn.Linear",
      layer: {
        try Linear(
          $0.int(0, "in_features"), $0.int(1, "out_features"),
          bias: $0.bool(2, "bias", default: true)
        )
      })
    add(
      "nn.Conv2d",
      layer: {
        try Conv2d(
          $0.int(0, "in_channels"), $0.int(1, "out_channels"),
          kernelSize: $0.ints(2, "kernel_size"),
          stride: $0[3, "stride"]?.ints() ?? [1], padding: $0.padding(4),
          dilation: $0[5, "dilation"]?.ints() ?? [1], groups: $0.int(6, "groups", default: 1),
          bias: $0.bool(7, "bias", default: true))
      })
    add("nn.Dropout", layer: { try Dropout($0.double(0, "p", default: 0.5)) })
    add(
      "nn.Flatten",
      layer: {
        try Flatten($0.int(0, "start_dim", default: 1), $0.int(1, "end_dim", default: -1))
      })
  }

  private mutating func addPooling() {
    add(
      "nn.AvgPool2d",
      layer: {
        try AvgPool2d(
          $0.ints(0, "kernel_size"), stride: $0[1, "stride"]?.ints(),
          padding: $0[2, "padding"]?.ints() ?? [0], ceilMode: $0.bool(3, "ceil_mode"),
          countIncludePad: $0.bool(4, "count_include_pad", default: true))
      })
    add(
      "nn.MaxPool2d",
      layer: {
        try MaxPool2d(
          $0.ints(0, "kernel_size"), stride: $0[1, "stride"]?.ints(),
          padding: $0[2, "padding"]?.ints() ?? [0], dilation: $0[3, "dilation"]?.ints() ?? [1],
          ceilMode: $0.bool(5, "ceil_mode"))
      })
    add(
      "nn.AdaptiveAvgPool2d",
      layer: { arguments in
        let sizes = try arguments.required(0, "output_size").optionalInts()
        guard !sizes.contains(nil) else { throw Unsupported("AdaptiveAvgPool2d with open sizes") }
        return AdaptiveAvgPool2d(sizes.compactMap { $0 })
      })
  }
}

extension Arguments {
  fileprivate func padding(_ position: Int) throws -> [Int] {
    guard let padding = self[position, "padding"] else { return [0] }
    if case .string(let mode) = padding.value { throw Unsupported("padding: \"\(mode)\"") }
    return try padding.ints()
  }
}
