import Martlet

/// A small language model of pre-norm transformer blocks, whose head is the table of its tokens.
///
/// Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
package final class GPT: Module {
  /// How many tokens there are.
  package let vocabulary: Int
  /// How many positions the model has learned.
  package let context: Int

  private let tok: Embedding
  private let pos: Embedding
  private let blocks: [TransformerBlock]
  private let ln: LayerNorm

  package init(
    vocabulary: Int = 512, context: Int = 128, width: Int = 256, heads: Int = 8, layers: Int = 4
  ) {
    self.vocabulary = vocabulary
    self.context = context
    tok = Embedding(vocabulary, width)
    pos = Embedding(context, width)
    blocks = (0..<layers).map { _ in TransformerBlock(width, heads: heads) }
    ln = LayerNorm(width)
  }

  /// Scores of the next token, `[N, T, vocabulary]`, for tokens `[N, T]`.
  package func forward(_ tokens: Tensor) throws -> Tensor {
    var x = try tok(tokens) + pos(Tensor.arange(tokens.size(1)))
    for block in blocks { x = try block(x) }
    return try linear(ln(x), tok.weight.value)
  }
}

/// Causal attention and a perceptron, each beside a shortcut.
final class TransformerBlock: Module {
  private let heads: Int
  private let ln1: LayerNorm
  private let ln2: LayerNorm
  private let qkv: Linear
  private let proj: Linear
  private let fc: Linear
  private let out: Linear

  init(_ width: Int, heads: Int) {
    self.heads = heads
    ln1 = LayerNorm(width)
    ln2 = LayerNorm(width)
    qkv = Linear(width, 3 * width)
    proj = Linear(width, width)
    fc = Linear(width, 4 * width)
    out = Linear(4 * width, width)
  }

  func forward(_ x: Tensor) throws -> Tensor {
    let (n, t, width) = (try x.size(0), try x.size(1), try x.size(2))
    let parts = try qkv(ln1(x)).split(width, 2).map {
      try $0.reshape([n, t, heads, width / heads]).transpose(1, 2)
    }
    let attended = try scaledDotProductAttention(parts[0], parts[1], parts[2], isCausal: true)
    let x = try x + proj(attended.transpose(1, 2).reshape([n, t, width]))
    return try x + out(fc(ln2(x)).gelu(approximate: .tanh))
  }
}
