/// A layer of a transformer's decoder: self-attention, attention to an encoder's result (the
/// memory) and two products with a function in between, each added to its input and normalised. x
/// `[L, N, E]` and memory `[S, N, E]`, with `batchFirst` N first, or without N.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
///
///     let layer = TransformerDecoderLayer(64, 8, batchFirst: true)
///     let y = try layer(x, memory, isCausal: true)
public final class TransformerDecoderLayer: Module, Sendable {
  /// x and the memory, and what positions of x do not see of each.
  public typealias Input = (Tensor, Tensor, AttentionMasks, AttentionMasks)

  /// Attention of x to itself.
  public let selfAttention: MultiheadAttention
  /// Attention of x to the memory.
  public let crossAttention: MultiheadAttention
  /// From E to the inner width.
  public let linear1: Linear
  /// Drops elements between the products.
  public let dropout: Dropout
  /// Back to E.
  public let linear2: Linear
  /// The normalisation of self-attention.
  public let norm1: LayerNorm
  /// The normalisation of attention to the memory.
  public let norm2: LayerNorm
  /// The normalisation of the products.
  public let norm3: LayerNorm
  /// Drops elements of what self-attention gives.
  public let dropout1: Dropout
  /// Drops elements of what attention to the memory gives.
  public let dropout2: Dropout
  /// Drops elements of what the products give.
  public let dropout3: Dropout
  /// The function between the products.
  public let activation: TransformerActivation
  /// Whether normalisation comes before each part, not after.
  public let normFirst: Bool

  /// A layer of width E.
  ///
  /// - Parameters:
  ///   - width: The width E of x and memory, a multiple of `heads`.
  ///   - heads: The number of heads of each attention.
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
    crossAttention = settings.attention()
    linear1 = Linear(settings.width, settings.feedForward, bias: settings.bias)
    dropout = Dropout(settings.dropout)
    linear2 = Linear(settings.feedForward, settings.width, bias: settings.bias)
    norm1 = settings.norm()
    norm2 = settings.norm()
    norm3 = settings.norm()
    dropout1 = Dropout(settings.dropout)
    dropout2 = Dropout(settings.dropout)
    dropout3 = Dropout(settings.dropout)
    activation = settings.activation
    normFirst = settings.normFirst
  }

  /// PyTorch's names of the attentions.
  public var memberNames: [String: String] {
    ["selfAttention": "self_attn", "crossAttention": "multihead_attn"]
  }

  /// x through the layer, in its shape.
  public func forward(_ input: Input) throws -> Tensor {
    let (x, memory, masks, memoryMasks) = input
    let attended = try residual(x, norm1, first: normFirst) {
      try dropout1(selfAttention($0, $0, $0, masks).output)
    }
    let informed = try residual(attended, norm2, first: normFirst) {
      try dropout2(crossAttention($0, memory, memory, memoryMasks).output)
    }
    return try residual(informed, norm3, first: normFirst) {
      try dropout3(linear2(dropout(activation(linear1($0)))))
    }
  }
}

/// Layers of a transformer's decoder, one after the other.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
///
///     let decoder = TransformerDecoder(layers: 6) { TransformerDecoderLayer(512, 8) }
///     let y = try decoder(x, memory, isCausal: true)
public final class TransformerDecoder: Module, Sendable {
  /// x and the memory, and what positions of x do not see of each.
  public typealias Input = (Tensor, Tensor, AttentionMasks, AttentionMasks)

  /// The layers in their order.
  public let layers: [TransformerDecoderLayer]
  /// What comes last.
  public let norm: LayerNorm?

  /// A decoder of layers that a function makes one by one.
  ///
  /// - Parameters:
  ///   - layers: The number of layers.
  ///   - norm: A normalisation at the end.
  ///   - make: Makes a layer.
  public init(layers: Int, norm: LayerNorm? = nil, _ make: () throws -> TransformerDecoderLayer)
    rethrows
  {
    self.layers = try (0..<max(layers, 0)).map { _ in try make() }
    self.norm = norm
  }

  /// x through all layers, in its shape.
  public func forward(_ input: Input) throws -> Tensor {
    var x = input.0
    for layer in layers { x = try layer(x, input.1, input.2, input.3) }
    return try norm?(x) ?? x
  }
}

extension Module
where Input == (Tensor, Tensor, AttentionMasks, AttentionMasks), Output == Tensor {
  /// x through a decoder, or a layer of one.
  ///
  /// - Parameters:
  ///   - x: `[L, N, E]`, `[N, L, E]` with `batchFirst`, or `[L, E]`.
  ///   - memory: `[S, N, E]`, likewise.
  ///   - mask: What positions of x do not see of each other: see `AttentionMasks`.
  ///   - memoryMask: What they do not see of the memory.
  ///   - keyPaddingMask: Positions of x that none sees.
  ///   - memoryKeyPaddingMask: Positions of the memory that none sees.
  ///   - isCausal: Whether each position of x sees only those up to its own.
  ///   - memoryIsCausal: The same for positions of the memory.
  public func callAsFunction(
    _ x: Tensor, _ memory: Tensor, mask: Tensor? = nil, memoryMask: Tensor? = nil,
    keyPaddingMask: Tensor? = nil, memoryKeyPaddingMask: Tensor? = nil, isCausal: Bool = false,
    memoryIsCausal: Bool = false
  ) throws -> Tensor {
    try callAsFunction(
      (
        x, memory,
        AttentionMasks(mask: mask, keyPaddingMask: keyPaddingMask, isCausal: isCausal),
        AttentionMasks(
          mask: memoryMask, keyPaddingMask: memoryKeyPaddingMask, isCausal: memoryIsCausal)
      ))
  }
}
