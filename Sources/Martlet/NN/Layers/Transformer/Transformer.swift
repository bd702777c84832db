/// An encoder and a decoder: source `[S, N, E]` and target `[T, N, E]`, result `[T, N, E]`; with
/// `batchFirst` N comes first, and it may be missing.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
///
///     let model = Transformer(width: 64, heads: 8, batchFirst: true)
///     let y = try model(source, target, targetMasks: AttentionMasks(isCausal: true))
public final class Transformer: Module, Sendable {
  /// What the model is called with.
  public struct Input: Sendable {
    /// `[S, N, E]`.
    public var source: Tensor
    /// `[T, N, E]`.
    public var target: Tensor
    /// What positions of the source do not see of each other.
    public var sourceMasks: AttentionMasks
    /// What positions of the target do not see of each other.
    public var targetMasks: AttentionMasks
    /// What positions of the target do not see of the encoded source.
    public var memoryMasks: AttentionMasks
  }

  /// The encoder of the source.
  public let encoder: TransformerEncoder
  /// The decoder of the target.
  public let decoder: TransformerDecoder
  /// The width E.
  public let width: Int

  /// A model of `encoderLayers` and `decoderLayers`, whose matrices start uniform in
  /// `±sqrt(6 / (rows + columns))`.
  ///
  /// - Parameters:
  ///   - width: The width E, a multiple of `heads`.
  ///   - heads: The number of heads of each attention.
  ///   - encoderLayers: The number of the encoder's layers.
  ///   - decoderLayers: The number of the decoder's layers.
  ///   - feedForward: The inner width of layers.
  ///   - dropout: The probability of elements to be dropped while training.
  ///   - activation: The function between the two products of a layer.
  ///   - eps: Added to variances.
  ///   - batchFirst: Whether the batch is the first dimension.
  ///   - normFirst: Whether normalisation comes before each part of a layer, not after.
  ///   - bias: Whether there are biases.
  public init(
    width: Int = 512, heads: Int = 8, encoderLayers: Int = 6, decoderLayers: Int = 6,
    feedForward: Int = 2048, dropout: Double = 0.1, activation: TransformerActivation = .relu,
    eps: Double = 1e-5, batchFirst: Bool = false, normFirst: Bool = false, bias: Bool = true
  ) {
    let settings = TransformerSettings(
      width: width, heads: heads, feedForward: feedForward, dropout: dropout,
      activation: activation, eps: eps, batchFirst: batchFirst, normFirst: normFirst, bias: bias)
    encoder = TransformerEncoder(layers: encoderLayers, norm: settings.norm()) {
      TransformerEncoderLayer(settings)
    }
    decoder = TransformerDecoder(layers: decoderLayers, norm: settings.norm()) {
      TransformerDecoderLayer(settings)
    }
    self.width = width
    for parameter in encoder.parameters() + decoder.parameters() {
      let shape = parameter.value.shape
      guard shape.count == 2 else { continue }
      let bound = (6 / Double(shape[0] + shape[1])).squareRoot()
      parameter.value = Tensor.uniform(shape, -bound, bound)
    }
  }

  /// A model of an encoder and a decoder of one's own.
  public init(encoder: TransformerEncoder, decoder: TransformerDecoder, width: Int) {
    self.encoder = encoder
    self.decoder = decoder
    self.width = width
  }

  /// What the decoder makes of the target, given the encoded source.
  ///
  /// - Parameters:
  ///   - source: `[S, N, E]`, `[N, S, E]` with `batchFirst`, or `[S, E]`.
  ///   - target: `[T, N, E]`, likewise.
  ///   - sourceMasks: What positions of the source do not see of each other.
  ///   - targetMasks: What positions of the target do not see of each other.
  ///   - memoryMasks: What positions of the target do not see of the encoded source.
  /// - Throws: `TensorError.shape` for what does not fit.
  public func callAsFunction(
    _ source: Tensor, _ target: Tensor, sourceMasks: AttentionMasks = AttentionMasks(),
    targetMasks: AttentionMasks = AttentionMasks(), memoryMasks: AttentionMasks = AttentionMasks()
  ) throws -> Tensor {
    try callAsFunction(
      Input(
        source: source, target: target, sourceMasks: sourceMasks, targetMasks: targetMasks,
        memoryMasks: memoryMasks))
  }

  /// What the decoder makes of the target, in its shape.
  public func forward(_ input: Input) throws -> Tensor {
    for x in [input.source, input.target] where x.rank == 0 || x.sizes[x.rank - 1] != width {
      throw TensorError.shape(
        operation: "Transformer", shapes: [input.source.shape, input.target.shape],
        reason: "source and target should have \(width) columns")
    }
    let memory = try encoder(input.source, input.sourceMasks)
    return try decoder(input.target, memory, input.targetMasks, input.memoryMasks)
  }
}
