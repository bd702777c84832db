/// Tensors one after the other along a dimension.
struct Concatenate: Primitive {
  var dim: Int
  var lengths: [Int]

  static var kind: PrimitiveKind { .concatenate }
  var name: String { "cat" }
  var fusion: FusionClass { .opaque }

  /// The inputs agree in dtype, device and all sizes but that of `dim`.
  static func callAsFunction(_ inputs: [Tensor], dim: Int) throws -> Tensor {
    let inputs = try aligned(inputs, "cat")
    var sizes = inputs[0].sizes
    let lengths = inputs.map { $0.sizes[dim] }
    sizes[dim] = lengths.reduce(0, +)
    let out = try Buffer(sizes, inputs[0].dtype, inputs[0].target)
    var start = 0
    for (input, length) in zip(inputs, lengths) where input.count > 0 {
      let place = Buffer(
        viewing: out, input.sizes, strides: out.strides, offset: start &* out.strides[dim])
      try out.backend.copy(place, input.buffer)
      start += length
    }
    return try Concatenate(dim: dim, lengths: lengths).record(out, inputs: inputs)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<Concatenate>) throws {
    var start = 0
    for (i, length) in lengths.enumerated() {
      try record.send(i, g.narrow(dim, start: start, length: length))
      start += length
    }
  }
}
