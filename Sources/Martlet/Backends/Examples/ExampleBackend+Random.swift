import CKernels

extension ExampleBackend {
  func random(
    _ kind: mk_random_kind, _ out: Buffer, a: Double, b: Double, low: Int, high: Int
  ) throws {
    let examples = try Examples(out)
    let all = try examples.all(out)
    if try examples.space.axis.differsRandomly {
      return try examples.backend.random(kind, all, a: a, b: b, low: low, high: high)
    }
    let one = try Buffer(out.sizes, out.dtype, all.device)
    try examples.backend.random(kind, one, a: a, b: b, low: low, high: high)
    try copy(out, one)
  }

  func permutation(_ out: Buffer) throws {
    let examples = try Examples(out)
    let all = try examples.all(out)
    if try examples.space.axis.differsRandomly {
      return try examples.forEach { try examples.backend.permutation($0(all)) }
    }
    let one = try Buffer(out.sizes, out.dtype, all.device)
    try examples.backend.permutation(one)
    try copy(out, one)
  }

  func dropout(_ out: Buffer, _ mask: Buffer, _ x: Buffer, p: Double) throws {
    let examples = try Examples(out)
    let (out, mask, x) = (try examples.all(out), try examples.all(mask), try examples.all(x))
    if try examples.space.axis.differsRandomly {
      return try examples.backend.dropout(out, mask, x, p: p)
    }
    // Each example with the numbers of the first.
    let generator = Generator.current
    let start = generator.position
    var end = start
    try examples.forEach { one in
      let again = Generator(start)
      try Generator.with(again) {
        try examples.backend.dropout(one(out), one(mask), one(x), p: p)
      }
      end = again.position
    }
    generator.advance(from: start, to: end)
  }
}
