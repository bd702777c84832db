/// A layer of a transformer's encoder: self-attention and two products with a function in between,
/// each added to its input and normalised. x `[L, N, E]`, or `[N, L, E]` with `batchFirst`, or
/// `[L, E]`.
///
/// Vaswani et al., "Attention Is All You Need", 2017; with `normFirst` Xiong et al., "On Layer
/// Normalization in the Transformer Architecture", 2020.
///
///     let layer = TransformerEncoderLayer(64, 8, batchFirst: true)
///     let y = try layer(Tensor.randn([2, 10, 64]), isCausal: true)
public final class TransformerEncoderLayer: Module, Sendable {
  /// x, and what its positions do not see of each other.
  public typealias Input = (Tensor, AttentionMasks)

  /// Attention of x to itself.
  public let selfAttention: MultiheadAttention
  /// From E to the inner width.
  public let linear1: Linear
  /// Drops elements between the products.
  public let dropout: Dropout
  /// Back to E.
  public let linear2: Linear
  /// The normalisation of attention.
  public let norm1: LayerNorm
  /// The normalisation of the products.
  public let norm2: LayerNorm
  /// Drops elements of what attention gives.
  public let dropout1: Dropout
  /// Drops elements of what the products give.
  public let dropout2: Dropout
  /// The function between the products.
  public let activation: TransformerActivation
  /// Whether normalisation comes before each part, not after.
  public let normFirst: Bool

  /// A layer of width E.
  ///
  /// - Parameters:
  ///   - width: The width E of x, a multiple of `heads`.
  ///   - heads: The number of attention's heads.
  ///   - feedForward: The inner width.
  ///   - dropout: The probability of elements to be dropped while training.
  ///   - activation: The function between the products.
  ///   - eps: Added to variances.
  ///   - batchFirst: Whether the batch is the first dimension.
  ///   - normFirst: Whether normalisation comes before each part, not after.
  ///   - bias: Whether there are biases.
  public convenience init(
    _ width: Int, _ heads: Int, feedForward: Int = 2048, dropout: Double = 0.1,
    activation: TransformerActivation = .relu, eps: Double = 1e-5, batchFirst: Bool = false,
    normFirst: Bool = false, bias: Bool = true
  ) {
    self.init(
      TransformerSettings(
        width: width, heads: heads, feedForward: feedForward, dropout: dropout,
        activation: activation, eps: eps, batchFirst: batchFirst, normFirst: normFirst, bias: bias))
  }

  init(_ settings: TransformerSettings) {
    selfAttention = settings.attention()
    linear1 = Linear(settings.width, settings.feedForward, bias: settings.bias)
    dropout = Dropout(settings.dropout)
    linear2 = Linear(settings.feedForward, settings.width, bias: settings.bias)
    norm1 = settings.norm()
    norm2 = settings.norm()
    dropout1 = Dropout(settings.dropout)
    dropout2 = Dropout(settings.dropout)
    activation = settings.activation
    normFirst = settings.normFirst
  }

  /// PyTorch's name of attention.
  public var memberNames: [String: String] { ["selfAttention": "self_attn"] }

  /// x through the layer, in its shape.
  public func forward(_ input: Input) throws -> Tensor {
    let (x, masks) = input
    let attended = try residual(x, norm1, first: normFirst) {
      try dropout1(selfAttention($0, $0, $0, masks).output)
    }
    return try residual(attended, norm2, first: normFirst) {
      try dropout2(linear2(dropout(activation(linear1($0)))))
    }
  }
}

/// Layers of a transformer's encoder, one after the other.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
///
///     let encoder = TransformerEncoder(layers: 6) { TransformerEncoderLayer(512, 8) }
///     let y = try encoder(Tensor.randn([10, 32, 512]))
public final class TransformerEncoder: Module, Sendable {
  /// x, and what its positions do not see of each other.
  public typealias Input = (Tensor, AttentionMasks)

  /// The layers in their order.
  public let layers: [TransformerEncoderLayer]
  /// What comes last.
  public let norm: LayerNorm?

  /// An encoder of layers that a function makes one by one.
  ///
  /// - Parameters:
  ///   - layers: The number of layers.
  ///   - norm: A normalisation at the end.
  ///   - make: Makes a layer.
  public init(layers: Int, norm: LayerNorm? = nil, _ make: () throws -> TransformerEncoderLayer)
    rethrows
  {
    self.layers = try (0..<max(layers, 0)).map { _ in try make() }
    self.norm = norm
  }

  /// x through all layers, in its shape.
  public func forward(_ input: Input) throws -> Tensor {
    var x = input.0
    for layer in layers { x = try layer(x, input.1) }
    return try norm?(x) ?? x
  }
}

extension Module where Input == (Tensor, AttentionMasks), Output == Tensor {
  /// x through an encoder, or a layer of one.
  ///
  /// - Parameters:
  ///   - x: `[L, N, E]`, `[N, L, E]` with `batchFirst`, or `[L, E]`.
  ///   - mask: What positions do not see of each other: see `AttentionMasks`.
  ///   - keyPaddingMask: Positions that none sees.
  ///   - isCausal: Whether each position sees only those up to its own.
  public func callAsFunction(
    _ x: Tensor, mask: Tensor? = nil, keyPaddingMask: Tensor? = nil, isCausal: Bool = false
  ) throws -> Tensor {
    try callAsFunction(
      (x, AttentionMasks(mask: mask, keyPaddingMask: keyPaddingMask, isCausal: isCausal)))
  }
}
