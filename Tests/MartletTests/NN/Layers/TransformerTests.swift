import Testing

@testable import Martlet

/// Attention and transformers as layers: what conformance does not ask for.
@Suite struct TransformerTests {
  /// A flag, a mask of bools and a mask of numbers say the same; with weights returned or not.
  @Test func causalMasks() throws {
    try withSeed(0) {
      let attention = MultiheadAttention(12, 3, batchFirst: true)
      let x = Tensor.randn([2, 5, 12])
      let hidden = try Tensor.arange(5) .> Tensor.arange(5).unsqueezed(1)
      let added = try Tensor.zeros([5, 5]).filled(-Double.infinity, where: hidden)
      for needsWeights in [true, false] {
        func output(_ mask: Tensor?, isCausal: Bool) throws -> Tensor {
          try attention(x, x, x, mask: mask, isCausal: isCausal, needsWeights: needsWeights).output
        }
        let expected = try output(hidden, isCausal: false)
        #expect(try output(nil, isCausal: true).allClose(expected, atol: 1e-6))
        #expect(try output(added, isCausal: false).allClose(expected, atol: 1e-6))
        #expect(try output(hidden, isCausal: true).allClose(expected, atol: 1e-6))
      }
    }
  }

  /// What stands behind the end of a sequence does not matter.
  @Test func padding() throws {
    try withSeed(1) {
      let encoder = TransformerEncoder(layers: 2) {
        TransformerEncoderLayer(8, 2, feedForward: 16, dropout: 0, batchFirst: true)
      }
      let x = Tensor.randn([1, 3, 8])
      let padded = try cat([x, Tensor.full([1, 2, 8], 7)], dim: 1)
      let mask = try Tensor([[false, false, false, true, true]])
      let y = try encoder(padded, keyPaddingMask: mask).narrow(1, start: 0, length: 3)
      #expect(try y.allClose(encoder(x), atol: 1e-5))
    }
  }

  /// A causal decoder's result up to a place does not depend on what follows.
  @Test func decoderIsCausal() throws {
    try withSeed(2) {
      let model = Transformer(
        width: 8, heads: 2, encoderLayers: 1, decoderLayers: 2, feedForward: 16, dropout: 0,
        activation: .function { try $0.silu() }, normFirst: true)
      let source = Tensor.randn([4, 2, 8])
      let target = Tensor.randn([6, 2, 8])
      let causal = AttentionMasks(isCausal: true)
      let whole = try model(source, target, targetMasks: causal)
      let start = try model(
        source, target.narrow(0, start: 0, length: 3), targetMasks: causal)
      #expect(try whole.narrow(0, start: 0, length: 3).allClose(start, atol: 1e-5))
    }
  }

  /// Layers are made one by one and share nothing; the names are PyTorch's.
  @Test func names() {
    let decoder = TransformerDecoder(layers: 2, norm: LayerNorm(4)) {
      TransformerDecoderLayer(4, 1, feedForward: 8)
    }
    let names = decoder.namedParameters().map(\.name)
    #expect(names.count == 38 && Set(names).count == 38)
    #expect(names[2] == "layers.0.self_attn.out_proj.weight")
    #expect(names[18] == "layers.1.self_attn.in_proj_weight")
    #expect(names[22] == "layers.1.multihead_attn.in_proj_weight")
    #expect(names.last == "norm.bias")
    let layers = decoder.layers
    #expect(layers[0].linear1.weight.value != layers[1].linear1.weight.value)
  }

  @Test func dropoutWhileTraining() throws {
    let layer = TransformerEncoderLayer(8, 2, feedForward: 16, dropout: 0.5)
    let x = Tensor.randn([3, 2, 8])
    #expect(try layer(x) != layer(x))
    layer.eval()
    #expect(try layer(x) == layer(x))
  }

  @Test func errors() {
    let x = Tensor.zeros([2, 3, 8])
    #expect(
      errorText { try MultiheadAttention(8, 3)(x, x, x) }
        == "MultiheadAttention: 8 dimensions cannot be divided into 3 heads, in MultiheadAttention")
    #expect(
      errorText { try MultiheadAttention(0, 0)(x, x, x) }
        == "MultiheadAttention: width must be at least 1, not 0, in MultiheadAttention")
    #expect(
      errorText { try Transformer(width: 4, heads: 1, encoderLayers: 1, decoderLayers: 1)(x, x) }
        == "Transformer: source and target should have 4 columns: [2, 3, 8] x [2, 3, 8],"
        + " in Transformer")
    let layer = TransformerEncoderLayer(8, 2)
    #expect(
      errorText { try layer(x, mask: Tensor.zeros([3, 3], dtype: .bool)) }
        == "multiHeadAttention: the mask should have [2, 2]: [3, 3],"
        + " in self_attn (MultiheadAttention)")
  }

  @Test func gradients() throws {
    try withSeed(3) {
      let layer = try TransformerEncoderLayer(
        4, 2, feedForward: 6, dropout: 0, activation: .gelu, normFirst: true
      ).to(dtype: .float64)
      let x = Tensor.randn([3, 2, 4], dtype: .float64)
      try gradientCheck([x]) { [try layer($0[0], isCausal: true)] }
      try gradientGradientCheck([x]) { [try layer($0[0], isCausal: true)] }
    }
  }
}
