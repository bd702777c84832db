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
      var mean = try arguments[1, "running_mean"]?.tensor()
      var variance = try arguments[2, "running_var"]?.tensor()
      let result = try instanceNorm(
        arguments.tensor(0), runningMean: &mean, runningVar: &variance,
        weight: arguments[3, "weight"]?.tensor(), bias: arguments[4, "bias"]?.tensor(),
        useInputStatistics: arguments.bool(5, "use_input_stats", default: true),
        momentum: arguments.double(6, "momentum", default: 0.1),
        eps: arguments.double(7, "eps", default: 1e-5))
      arguments.mutate(arguments[1, "running_mean"], mean)
      arguments.mutate(arguments[2, "running_var"], variance)
      return result
    }
  }
}
