import CKernels

// A convolution whose weight is the same for all examples has a greater batch; one with a weight
// for each example has groups of channels instead, `[N, B C, ...]`.
extension ExampleBackend {
  func convolutionStrides(_ sizes: Dims, of x: Buffer) throws -> Dims {
    let examples = try Examples(x)
    var batch = sizes
    batch[0] *= examples.count
    return try examples.backend.convolutionStrides(batch, of: examples.all(x).folded())
  }

  func convolution(
    _ window: Window, _ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?
  ) throws {
    let examples = try Examples(out)
    let sharedBias = try bias.flatMap { try examples.shared($0) }
    if let sharedWeight = try examples.shared(weight), bias == nil || sharedBias != nil {
      return try examples.backend.convolution(
        window, examples.all(out).foldedPlace(), examples.all(x).folded(), sharedWeight,
        sharedBias)
    }
    let (grouped, window) = try examples.channels(x, window)
    try examples.writeChannels(out) {
      try examples.backend.convolution(
        window, $0, grouped, examples.all(weight).folded(), examples.all(bias)?.folded())
    }
  }

  func convolutionInput(_ window: Window, _ dx: Buffer, _ dy: Buffer, _ weight: Buffer) throws {
    let examples = try Examples(dx)
    if let sharedWeight = try examples.shared(weight) {
      return try examples.backend.convolutionInput(
        window, examples.all(dx).foldedPlace(), examples.all(dy).folded(), sharedWeight)
    }
    var window = window
    window.groups *= examples.count
    try examples.writeChannels(dx) {
      try examples.backend.convolutionInput(
        window, $0, examples.channels(dy), examples.all(weight).folded())
    }
  }

  func convolutionWeight(_ window: Window, _ dweight: Buffer, _ dy: Buffer, _ x: Buffer) throws {
    let examples = try Examples(dweight)
    let (grouped, window) = try examples.channels(x, window)
    try examples.backend.convolutionWeight(
      window, examples.all(dweight).foldedPlace(), examples.channels(dy), grouped)
  }
}

extension Examples {
  /// The channels of all examples next to each other, and the window for them. Without groups, an
  /// input that is the same for all needs no copies.
  fileprivate func channels(_ x: Buffer, _ window: Window) throws -> (Buffer, Window) {
    if window.groups == 1, let x = try shared(x) { return (x, window) }
    var window = window
    window.groups *= count
    return (try channels(x), window)
  }
}
