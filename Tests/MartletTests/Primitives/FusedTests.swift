import CKernels
import Testing

@testable import Martlet

/// Compositions computed as one, against the same operations one by one: every bit is the same.
@Suite struct FusedTests {
  static let bodies: [(name: String, body: Fused.Body)] = [
    ("one step", { try $0[0] + 1 }),
    ("scalars on both sides", { try (2 - $0[0] * 0.5) / 3 }),
    ("shared values", { x in try x[0].exp() * x[0].exp() + x[0].exp() }),
    ("choices", { x in try (x[0] * 3).where(x[0] .> 0, else: x[0].abs().log1p()) }),
    ("conversions", { x in try x[0].to(.float64).square().to(x[0].dtype) - x[0].to(.int32) }),
    ("powers", { try $0[0].abs().pow(0.5) + $0[0].pow(2) - $0[0].pow(3) }),
    ("two", { try ($0[0] - $0[1]).square() * $0[1].sigmoid() }),
    ("two chosen from", { try $0[1].where($0[0] .< $0[1], else: $0[0].neg()) }),
    ("a constant", { try $0[0].onesLike() * 3 }),
    ("many steps", { x in try (0..<90).reduce(x[0]) { y, i in try y * 0.75 + Double(i) } }),
  ]

  /// Pairs of operands that are computed as one.
  static func operands(_ dtype: DType) throws -> [(Tensor, Tensor)] {
    func numbers(_ shape: [Int], _ seed: UInt64) throws -> Tensor {
      try withSeed(seed) { try Tensor.randn(shape).to(dtype) }
    }
    let matrix = try numbers([301, 133], 1)
    let images = try numbers([2, 17, 40, 33], 2)
    return [
      (try numbers([40_003], 3), try numbers([40_003], 4)),
      (matrix, try numbers([301, 133], 5)),
      (matrix, try numbers([133], 6)),
      (matrix, try numbers([301, 1], 7)),
      (matrix, try numbers([], 8)),
      (try numbers([], 8), matrix),
      (try numbers([301, 1], 7), try numbers([133], 6)),
      (try images.channelsLast(), try (images * 2).channelsLast()),
      (try matrix.narrow(1, start: 3, length: 120), try matrix.narrow(1, start: 0, length: 120)),
      (try matrix.narrow(0, start: 1, length: 299), try matrix.narrow(0, start: 2, length: 299)),
    ]
  }

  @Test(arguments: [DType.float32, .float64, .bfloat16, .float16])
  func asOneByOne(_ dtype: DType) throws {
    for (x, y) in try Self.operands(dtype) {
      for (name, body) in Self.bodies {
        let fused = try Fused(name, inputs: 2, least: 1, body)(x, y)
        let expected = try body([x, y])
        #expect(fused.dtype == expected.dtype)
        let same = try fused == expected || fused.isNaN() == expected.isNaN()
        #expect(same, "\(name), \(dtype), \(x.shape) and \(y.shape)")
        #expect(try fused.nanToNum() == expected.nanToNum(), "\(name), \(dtype), \(x.shape)")
      }
    }
  }

  @Test func isOneRecord() throws {
    let x = try Tensor.randn([40_000]).requiringGrad()
    let y = try hardswish(x)
    #expect(y.history?.kind == .fused)
    try y.sum().backward()
    let fused = try #require(x.grad)
    x.grad = nil
    try (x * (x + 3).clamp(min: 0, max: 6) / 6).sum().backward()
    #expect(try fused.allClose(#require(x.grad)))
    #expect(try hardswish(x[..<100]).history?.kind != .fused)
  }

  @Test func gradientsOfStretchedInputs() throws {
    for (x, y) in try Self.operands(.float64) {
      for (name, body) in Self.bodies where name.hasPrefix("two") {
        // First and second derivatives, fused and one by one.
        let found = try [1, Int.max].map { least in
          let (x, y) = (try x.requiringGrad(), try y.requiringGrad())
          var slopes: [Tensor] = []
          for sum in [false, true] {
            let z = try Fused(name, sum: sum, inputs: 2, least: least, body)(x, y)
            let loss = try z.square().mean()
            slopes += try gradients(of: loss, for: [x, y], createGraph: true).compactMap { $0 }
          }
          #expect(slopes.count == 4)
          for slope in slopes { try slope.square().sum().backward(retainGraph: true) }
          return try [#require(x.grad), #require(y.grad)] + slopes.map { $0.detached() }
        }
        for (a, b) in zip(found[0], found[1]) {
          #expect(a.shape == b.shape)
          #expect(try a.allClose(b, rtol: 1e-9, atol: 1e-9), "\(name), \(x.shape), \(y.shape)")
        }
      }
    }
  }

  @Test func sumsOnThreads() throws {
    let before = Threads.count
    defer { Threads.count = before }
    for count in [32_768, 50_001, 300_007] {
      let x = withSeed(1) { Tensor.randn([count]) }
      let y = withSeed(2) { Tensor.rand([count]) }
      let pairs = zip(try x.array(of: Double.self), try y.array(of: Double.self))
      let expected = pairs.reduce(0) { $0 + $1.0 * $1.1 }
      var found: [Float] = []
      for threads in 1...3 {
        Threads.count = threads
        found.append(try x.dot(y).item(Float.self))
        #expect(try mseLoss(x, x, reduction: .sum).item() == 0)
        #expect(try abs(mseLoss(x, y).item() - (x - y).square().mean().item()) < 1e-5)
      }
      #expect(abs(Double(found[0]) - expected) < 1e-3 * expected.magnitude + 0.05)
      #expect(found[1] == found[0] && found[2] == found[0], "\(count)")
    }
  }

  /// What is not elementwise is computed all the same.
  @Test func otherFunctions() throws {
    let x = withSeed(1) { Tensor.randn([64, 600]) }
    let bodies: [Fused.Body] = [
      { try $0[0] - $0[0].mean(1, keepDim: true) },
      { try $0[0].cumsum(1) * 2 },
      { try $0[0].t().contiguous() + 1 },
      { try $0[0].reshape([600, 64]) * 2 },
      { try $0[0][.all, .slice(by: 2)] * 2 },
      { $0[0] },
      { try (0..<120).reduce($0[0]) { y, i in try y + Double(i) } },
    ]
    for body in bodies { #expect(try Fused("other", body)(x) == body([x])) }
    #expect(errorText { try Fused("other") { _ in throw TensorError.autograd("why") }(x) } == "why")
    #expect(ProgramRecorder.current == nil)
    let anomalous = errorText {
      _ = try detectAnomaly { try softsign(x.filled(Double.nan, where: x .> 2)) }
    }
    #expect(anomalous.contains("NaN"))
  }

  /// A program that is no program is refused.
  @Test func badPrograms() throws {
    var step = mk_program_step()
    step.kind = .unary
    step.op = Unary.exp.rawValue
    step.in.0 = 7
    let x = Tensor.ones([4])
    let out = try Buffer(Dims(repeating: 4, rank: 1), .float32)
    for steps in [[step], []] {
      let program = ElementwiseProgram(constants: [], steps: steps)
      #expect(
        errorText { try CPUBackend().run(program, out, [x.buffer], x.sizes, sum: false) }
          .contains("elementwise"))
    }
  }
}
