/// The hyper-parameters that layers of encoders and decoders share.
struct TransformerSettings: Sendable {
  var width: Int
  var heads: Int
  var feedForward: Int
  var dropout: Double
  var activation: TransformerActivation
  var eps: Double
  var batchFirst: Bool
  var normFirst: Bool
  var bias: Bool

  func attention() -> MultiheadAttention {
    MultiheadAttention(width, heads, dropout: dropout, bias: bias, batchFirst: batchFirst)
  }

  func norm() -> LayerNorm { LayerNorm(width, eps: eps, bias: bias) }
}

/// `x` and what `body` makes of it, normalised before `body` or at the end.
func residual(
  _ x: Tensor, _ norm: LayerNorm, first: Bool, _ body: (Tensor) throws -> Tensor
) throws -> Tensor {
  try first ? x + body(norm(x)) : norm(x + body(x))
}
