/// Other sizes and strides over the same memory, whatever they make of the input's geometry.
struct Restride: Primitive {
  /// Where the input's and the result's elements are in the stretch of memory that both lie in.
  var input: Selection
  var output: Selection

  static var kind: PrimitiveKind { .restride }
  var name: String { "asStrided" }
  var fusion: FusionClass { .view }

  /// `strides` and `offset` count elements of the memory that x lies in; all places are inside of
  /// it.
  static func callAsFunction(_ x: Tensor, _ sizes: Dims, strides: Dims, offset: Int) throws
    -> Tensor
  {
    let (memory, start) = x.buffer.memory
    let out = Buffer(viewing: memory, sizes, strides: strides, offset: offset)
    if x.history == nil || !Mode.isRecording { return Tensor(out) }
    var input = Selection(source: Dims(), sizes: x.sizes, strides: x.buffer.strides, offset: start)
    var output = Selection(source: Dims(), sizes: sizes, strides: strides, offset: offset)
    let low = min(input.reach.lowerBound, output.reach.lowerBound)
    let high = max(input.reach.upperBound, output.reach.upperBound)
    let stretch = Dims(repeating: high - low + 1, rank: 1)
    input.place(in: stretch, from: low)
    output.place(in: stretch, from: low)
    return try Restride(input: input, output: output).record(out, x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<Restride>) throws {
    try record.sendX(
      {
        let memory = try Embed(selection: output)(g)
        let gradient = try View.select(memory, input)
        if !input.overlaps { return gradient }
        // Elements of the input that share a place share what arrives there.
        let ones = try Tensor.filled(input.sizes, .int(1), g.dtype, g.target)
        return try gradient / View.select(Embed(selection: input)(ones), input)
      }())
  }
}

extension Selection {
  /// The first and the last position that is selected; those of an empty selection are its offset.
  var reach: ClosedRange<Int> {
    if sizes.product == 0 { return offset...offset }
    var low = offset
    var high = offset
    for i in 0..<sizes.rank {
      let distance = strides[i] &* (sizes[i] - 1)
      if distance < 0 { low &+= distance } else { high &+= distance }
    }
    return low...high
  }

  fileprivate mutating func place(in stretch: Dims, from low: Int) {
    source = stretch
    offset -= low
    overlaps = mayOverlap
  }

  /// Whether two elements can be in one place. False only if every stride exceeds the reach of all
  /// smaller ones.
  private var mayOverlap: Bool {
    var covered = 0
    for i in (0..<sizes.rank).filter({ sizes[$0] > 1 }).sorted(by: {
      abs(strides[$0]) < abs(strides[$1])
    }) {
      if abs(strides[i]) <= covered { return true }
      covered += abs(strides[i]) * (sizes[i] - 1)
    }
    return false
  }
}

extension Buffer {
  /// The buffer that owns the memory, and where in it this one starts, in elements. Memory that
  /// belongs to something else than a buffer counts from this one's first element on.
  var memory: (base: Buffer, start: Int) {
    let example = batch.map { Buffer.whole($0, dtype) }
    guard let base = example ?? (owner as? Buffer) else { return (self, 0) }
    return (base, device.hasAddresses ? (data - base.data) / dtype.itemSize : 0)
  }
}
