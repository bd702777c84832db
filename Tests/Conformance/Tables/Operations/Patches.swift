import Martlet

extension OperationTable {
  /// Windows as columns, dropout of channels, pairwise distances, normalisation of instances.
  mutating func addPatches() {
    add("nn.functional.unfold") {
      try unfold(
        $0.tensor(0), kernelSize: $0.ints(1, "kernel_size"),
        dilation: $0[2, "dilation"]?.ints() ?? [1], padding: $0[3, "padding"]?.ints() ?? [0],
        stride: $0[4, "stride"]?.ints() ?? [1])
    }
    for name in ["nn.functional.dropout2d", "nn.functional.dropout3d"] {
      add(name) {
        try channelDropout(
          $0.tensor(0), p: $0.double(1, "p", default: 0.5),
          training: $0.bool(2, "training", default: true))
      }
    }
    add("cdist") { arguments in
      // How the distances are computed does not change what they are.
      _ = try arguments[3, "compute_mode"]?.string()
      return try cdist(
        arguments.tensor(0, "x1"), arguments.tensor(1, "x2"),
        p: arguments.double(2, "p", default: 2))
    }
    add("nn.functional.instance_norm") { arguments in
      guard arguments[1, "running_mean"] == nil, arguments[2, "running_var"] == nil else {
        throw Unsupported("instance_norm with running statistics")
      }
      _ = try arguments.bool(nil, "use_input_stats", default: true)
      _ = try arguments.double(nil, "momentum", default: 0.1)
      return try instanceNorm(
        arguments.tensor(0), weight: arguments[3, "weight"]?.tensor(),
        bias: arguments[4, "bias"]?.tensor(), eps: arguments.double(nil, "eps", default: 1e-5))
    }
  }
}
