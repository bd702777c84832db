// Examples inside of a dimension, where a kernel has no place for them outside: next to each other
// in a batch of rows, `[n B, ...]`, or in the channels, `[N, B C, ...]`.
extension Examples {
  /// `[n, ...]` of each example as `[n B, ...]`.
  func rows(_ x: Buffer) throws -> Buffer { try inside(x).merged(0) }
  func rows(_ x: Buffer?) throws -> Buffer? { try x.map { try rows($0) } }

  /// `[N, C, ...]` of each example as `[N, B C, ...]`.
  func channels(_ x: Buffer) throws -> Buffer { try inside(x).merged(1) }

  /// Writes `out`'s examples by `body`, which is given the place for their rows.
  func writeRows(_ out: Buffer, _ body: (Buffer) throws -> Void) throws {
    try writeInside(out) { try body($0.merged(0)) }
  }

  /// Writes `out`'s examples by `body`, which is given the place for their channels.
  func writeChannels(_ out: Buffer, _ body: (Buffer) throws -> Void) throws {
    try writeInside(out) { try body($0.merged(1)) }
  }

  /// The same for a result that may not be wanted.
  func writeChannels(ifWanted out: Buffer?, _ body: (Buffer?) throws -> Void) throws {
    if let out { try writeChannels(out) { try body($0) } } else { try body(nil) }
  }

  /// The examples as the second dimension, row-major.
  private func inside(_ x: Buffer) throws -> Buffer { try all(x).swappedInFront.contiguous() }

  private func writeInside(_ out: Buffer, _ body: (Buffer) throws -> Void) throws {
    let place = try all(out).swappedInFront
    if place.isContiguous { return try body(place) }
    let result = try Buffer(place.sizes, place.dtype, place.device)
    try body(result)
    try backend.copy(place, result)
  }
}

extension Buffer {
  /// The first two dimensions exchanged.
  fileprivate var swappedInFront: Buffer {
    var (sizes, strides) = (sizes, strides)
    sizes.swapAt(0, 1)
    strides.swapAt(0, 1)
    return Buffer(viewing: self, sizes, strides: strides, offset: 0)
  }

  /// A dimension and the next as one, of a row-major buffer.
  fileprivate func merged(_ dim: Int) -> Buffer {
    var sizes = sizes
    sizes[dim] *= sizes[dim + 1]
    sizes.remove(at: dim + 1)
    return Buffer(viewing: self, sizes, strides: sizes.rowMajorStrides, offset: 0)
  }
}
