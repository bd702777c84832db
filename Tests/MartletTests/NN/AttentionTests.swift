import CKernels
import Testing

@testable import Martlet

/// Fused attention against its formula in float64: sizes around the blocks of the kernel, masks of
/// every kind, and what it is for, memory.
@Suite(.serialized) struct AttentionTests {
  struct Setting: Sendable, CustomStringConvertible {
    var queries: Int
    var keys: Int
    var width = 8
    var values = 5
    var heads = 2
    var shared = 2
    var description: String {
      "\(queries) x \(keys), \(width) and \(values) wide, \(heads) on \(shared) heads"
    }
  }

  static let settings = [
    Setting(queries: 1, keys: 1), Setting(queries: 33, keys: 95),
    Setting(queries: 32, keys: 96, width: 12, values: 12),
    Setting(queries: 97, keys: 97, width: 64, values: 64),
    Setting(queries: 5, keys: 200, heads: 6, shared: 2),
    Setting(queries: 130, keys: 13, width: 1, values: 30, heads: 4, shared: 1),
    Setting(queries: 300, keys: 70, width: 40, values: 33, heads: 4, shared: 4),
    Setting(queries: 410, keys: 130, values: 1, heads: 1, shared: 1),
  ]

  enum Kind: CaseIterable {
    case none, causal, hidden, added, padding
  }

  private func inputs(_ setting: Setting, _ dtype: DType) throws -> [Tensor] {
    try withSeed(5) {
      let shapes = [
        [2, setting.heads, setting.queries, setting.width],
        [2, setting.shared, setting.keys, setting.width],
        [2, setting.shared, setting.keys, setting.values],
        [2, setting.heads, setting.queries, setting.values],
      ]
      return try shapes.map { try Tensor.randn($0, dtype: .float64).to(dtype) }
    }
  }

  private func mask(_ kind: Kind, _ setting: Setting) throws -> Tensor? {
    try withSeed(6) {
      switch kind {
      case .none, .causal: return nil
      case .hidden:
        return try Tensor.rand([2, 1, setting.queries, setting.keys]) .> 0.4
      case .added: return Tensor.randn([setting.queries, setting.keys])
      case .padding: return try Tensor.rand([2, 1, 1, setting.keys]) .> 0.3
      }
    }
  }

  /// The formula, in float64.
  private func expected(_ x: [Tensor], _ kind: Kind, _ mask: Tensor?) throws -> Tensor {
    let group = x[0].shape[1] / x[1].shape[1]
    let k = try x[1].repeatInterleave(group, dim: 1)
    let v = try x[2].repeatInterleave(group, dim: 1)
    var scores = try x[0].matmul(k.mT) / Double(x[0].shape[3]).squareRoot()
    var visible = mask
    if kind == .causal { visible = try Tensor.ones(Array(scores.shape.suffix(2))).tril() .> 0 }
    if let visible {
      scores =
        try visible.dtype == .bool
        ? scores.filled(-1e300, where: visible.logicalNot()) : scores + visible.to(.float64)
    }
    var weights = try (scores - scores.detached().amax(-1, keepDim: true)).exp()
    if let visible, visible.dtype == .bool {
      weights = try weights.filled(0, where: visible.logicalNot())
    }
    return try weights.matmul(v) / weights.sum(-1, keepDim: true).clamp(min: 1e-100)
  }

  @Test(arguments: settings, Kind.allCases)
  func formula(_ setting: Setting, _ kind: Kind) throws {
    for (dtype, tolerance) in [(DType.float32, 2e-5), (.float64, 1e-12), (.bfloat16, 0.06)] {
      let visible = try mask(kind, setting)
      let leaves = try inputs(setting, dtype)
      func tracked(_ dtype: DType) throws -> [Tensor] {
        try leaves.dropLast().map {
          try Tensor(
            $0.to(.float64).array(of: Double.self), shape: $0.shape, dtype: dtype,
            requiresGrad: true)
        }
      }
      let narrow = try tracked(dtype)
      let wide = try tracked(.float64)
      let result = try scaledDotProductAttention(
        narrow[0], narrow[1], narrow[2], mask: visible, isCausal: kind == .causal,
        groupedQueries: true)
      #expect(result.dtype == dtype)
      let reference = try expected(wide, kind, visible)
      let a = try gradients(of: result, for: narrow, gradOutput: leaves[3])
      let b = try gradients(of: reference, for: wide, gradOutput: leaves[3].to(.float64))
      #expect(a.count == 3)
      for (mine, theirs) in zip([result] + a.compactMap(\.self), [reference] + b.compactMap(\.self))
      {
        let distance = try (mine.to(.float64) - theirs).abs().amax().item()
        let scale = try max(1, theirs.abs().amax().item())
        #expect(distance <= tolerance * scale, "\(dtype)")
      }
    }
  }

  @Test func queriesThatSeeNothing() throws {
    // The second query is blind; keys that nobody sees may hold anything.
    let q = Tensor.randn([1, 1, 3, 4], requiresGrad: true)
    let k = try Tensor.randn([1, 1, 2, 4]).clone()
    let mask = try Tensor([[true, true], [false, false], [true, false]])
    for visible in [
      mask, try Tensor.zeros([3, 2]).filled(-Double.infinity, where: mask.logicalNot()),
    ] {
      let y = try scaledDotProductAttention(q, k, k, mask: visible)
      #expect(try y[0, 0, 1] == Tensor.zeros([4]))
      #expect(try y[0, 0, 2] == k[0, 0, 0])
      let g = try #require(gradients(of: y.sum(), for: [q])[0])
      #expect(try g[0, 0, 1] == Tensor.zeros([4]))
      #expect(try !g.isNaN().any().item(Bool.self))
    }
  }

  @Test func anyLayoutOfHeads() throws {
    let x = (0..<4).map { i in withSeed(UInt64(i)) { Tensor.randn([2, 40, 3, 8]) } }
    let strided = try x.map { try $0.transpose(1, 2) }
    let packed = try strided.map { try $0.contiguous() }
    let columns = try packed.map { try $0.mT.contiguous().mT }
    func results(_ x: [Tensor]) throws -> [Tensor?] {
      let leaves = try x.prefix(3).map { try $0.requiringGrad() }
      let y = try scaledDotProductAttention(leaves[0], leaves[1], leaves[2], isCausal: true)
      return try [y.detached()] + gradients(of: y, for: leaves, gradOutput: x[3])
    }
    let expected = try results(packed)
    #expect(try results(strided) == expected)
    #expect(try results(columns) == expected)
  }

  @Test func threadsDoNotChangeBits() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    for setting in [
      Setting(queries: 150, keys: 210, width: 16, values: 16, heads: 4, shared: 2),
      Setting(queries: 300, keys: 100, width: 16, values: 16, heads: 1, shared: 1),
    ] { try checkBits(setting) }
  }

  private func checkBits(_ setting: Setting) throws {
    var results: [[Tensor]] = []
    for count in [1, 2] {
      Threads.count = count
      let leaves = try inputs(setting, .float32)
      let x = try leaves.dropLast().map {
        try Tensor($0.array(of: Float.self), shape: $0.shape, dtype: .float32, requiresGrad: true)
      }
      let y = try scaledDotProductAttention(x[0], x[1], x[2], groupedQueries: true)
      results.append(
        try [y.detached()] + gradients(of: y, for: x, gradOutput: leaves[3]).compactMap(\.self))
    }
    for (a, b) in zip(results[0], results[1]) { #expect(a == b) }
  }

  @Test func memoryIsLinearInTheSequence() throws {
    // All scores at once would take 268 MB.
    let x = Tensor.randn([1, 1, 8192, 16], requiresGrad: true)
    mk_reset_peak()
    let before = mk_bytes_in_use()
    let y = try scaledDotProductAttention(x, x, x, isCausal: true)
    _ = try gradients(of: y.sum(), for: [x])
    #expect(mk_peak_bytes() - before < 64 << 20)
  }

  @Test func errors() throws {
    let q = Tensor.zeros([2, 3, 4])
    #expect(
      errorText { try scaledDotProductAttention(q, Tensor.zeros([2, 3, 5]), q) }
        == "scaledDotProductAttention: needs [..., L, E], [..., S, E] and [..., S, V]:"
        + " [2, 3, 4] x [2, 3, 5] x [2, 3, 4]")
    #expect(
      errorText {
        try scaledDotProductAttention(q, q, q, mask: Tensor.zeros([3, 3]), isCausal: true)
      } == "scaledDotProductAttention: takes a mask or isCausal, not both")
    #expect(
      errorText {
        try scaledDotProductAttention(
          q, Tensor.zeros([3, 3, 4]), Tensor.zeros([3, 3, 4]), groupedQueries: true)
      }.hasPrefix("scaledDotProductAttention: the heads of queries are no multiple"))
    #expect(
      errorText { try scaledDotProductAttention(q, q, q, mask: Tensor.zeros([5, 3])) }
        != "no error")
  }

  @Test func headsOfAModule() throws {
    // One head with identity weights is attention itself.
    let x = Tensor.randn([5, 2, 4])
    let identity = Tensor.eye(4)
    let weight = try cat([identity, identity, identity])
    let (output, weights) = try multiHeadAttention(
      x, x, x, heads: 1, projection: .packed(weight), outputWeight: identity)
    let batchFirst = try x.transpose(0, 1)
    let expected = try scaledDotProductAttention(batchFirst, batchFirst, batchFirst)
    #expect(try output.transpose(0, 1).allClose(expected, atol: 1e-5))
    #expect(weights?.shape == [2, 5, 5])
    // True hides, and the fast way agrees.
    let hidden = try Tensor([[false, false, true, true, true], [false, true, false, true, false]])
    let slow = try multiHeadAttention(
      x, x, x, heads: 2, projection: .separate(query: identity, key: identity, value: identity),
      outputWeight: identity, keyPaddingMask: hidden)
    let fast = try multiHeadAttention(
      x, x, x, heads: 2, projection: .packed(weight), outputWeight: identity,
      keyPaddingMask: hidden, needsWeights: false)
    #expect(try slow.output.allClose(fast.output, atol: 1e-5))
    #expect(try slow.weights?[1, 0, 1].item() == 0)
  }
}
