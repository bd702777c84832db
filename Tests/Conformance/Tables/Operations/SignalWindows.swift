import Martlet

extension OperationTable {
  /// `torch.signal.windows`.
  mutating func addSignalWindows() {
    window("bartlett") { try SignalWindow.bartlett($1, symmetric: $2, dtype: $3) }
    window("blackman") { try SignalWindow.blackman($1, symmetric: $2, dtype: $3) }
    window("cosine") { try SignalWindow.cosine($1, symmetric: $2, dtype: $3) }
    window("hamming") { try SignalWindow.hamming($1, symmetric: $2, dtype: $3) }
    window("hann") { try SignalWindow.hann($1, symmetric: $2, dtype: $3) }
    window("nuttall") { try SignalWindow.nuttall($1, symmetric: $2, dtype: $3) }
    window("general_cosine") {
      try SignalWindow.generalCosine($1, $0.required(nil, "a").doubles(), symmetric: $2, dtype: $3)
    }
    window("general_hamming") {
      try SignalWindow.generalHamming(
        $1, alpha: $0.double(nil, "alpha", default: 0.54), symmetric: $2, dtype: $3)
    }
    window("exponential") {
      try SignalWindow.exponential(
        $1, center: $0["center"]?.double(), tau: $0.double(nil, "tau", default: 1), symmetric: $2,
        dtype: $3)
    }
    window("gaussian") {
      try SignalWindow.gaussian(
        $1, std: $0.double(nil, "std", default: 1), symmetric: $2, dtype: $3)
    }
    window("kaiser") {
      try SignalWindow.kaiser(
        $1, beta: $0.double(nil, "beta", default: 12), symmetric: $2, dtype: $3)
    }
  }

  private mutating func window(
    _ name: String, call: @escaping (Arguments, Int, Bool, DType) throws -> Tensor
  ) {
    add("signal.windows." + name) { arguments in
      try call(
        arguments, arguments.int(0, "M"), arguments.bool(nil, "sym", default: true),
        arguments.dtype() ?? .float32)
    }
  }
}
