/// Attention by several heads, each in its own part of E projected dimensions: queries `[L, N, E]`,
/// keys `[S, N, ...]` and values `[S, N, ...]`, result `[L, N, E]`; with `batchFirst` N comes
/// first, and it may be missing.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
///
///     let attention = MultiheadAttention(64, 8, batchFirst: true)
///     let (y, weights) = try attention(x, x, x)
public final class MultiheadAttention: Module, TrainingDependent, Sendable {
  /// What the layer is called with.
  public struct Input: Sendable {
    /// `[L, N, E]`.
    public var query: Tensor
    /// `[S, N, keySize]`.
    public var key: Tensor
    /// `[S, N, valueSize]`.
    public var value: Tensor
    /// What queries do not see.
    public var masks: AttentionMasks
    /// Whether weights are returned; without, much less memory is needed.
    public var needsWeights: Bool
    /// Whether returned weights are the mean over heads.
    public var averagesWeights: Bool
  }
  /// The result, `[L, N, E]`, and if they are asked for the weights, `[N, L, S]`, or one for each
  /// head, `[N, heads, L, S]`.
  public typealias Output = (output: Tensor, weights: Tensor?)

  /// The projections of queries, keys and values on top of each other, `[3 E, E]`, uniform in
  /// `±sqrt(6 / (4 E))` at first; nil where keys or values have another width.
  public let inputWeight: Parameter?
  /// The projection of queries `[E, E]`, of keys `[E, keySize]` and of values `[E, valueSize]`
  /// where they are apart, uniform in `±sqrt(6 / (rows + columns))` at first.
  public let queryWeight: Parameter?
  /// See `queryWeight`.
  public let keyWeight: Parameter?
  /// See `queryWeight`.
  public let valueWeight: Parameter?
  /// Added to the projections, `[3 E]`; zeros at first.
  public let inputBias: Parameter?
  /// One more key for all, `[1, 1, E]`, and its value; normal with a variance of `1 / E` at first.
  public let keyBias: Parameter?
  /// See `keyBias`.
  public let valueBias: Parameter?
  /// The projection of the joined heads.
  public let outputProjection: Linear
  /// The width E of queries and results.
  public let width: Int
  /// The number of heads.
  public let heads: Int
  /// The probability of weights to be dropped while training.
  public let dropout: Double
  /// Whether there is one more key of zeros, with a value of zeros.
  public let addZeroAttention: Bool
  /// Whether the batch is the first dimension.
  public let batchFirst: Bool
  /// Whether weights are dropped.
  public let mode = TrainingMode()

  /// A layer of `heads` heads.
  ///
  /// - Parameters:
  ///   - width: The width E of queries and results, a multiple of `heads`.
  ///   - heads: The number of heads.
  ///   - dropout: The probability of weights to be dropped while training.
  ///   - bias: Whether the projections have biases.
  ///   - addKeyValueBias: Whether there is one more key and value, which are learned.
  ///   - addZeroAttention: Whether there is one more key of zeros, with a value of zeros.
  ///   - keySize: The width of keys, by default E.
  ///   - valueSize: The width of values, by default E.
  ///   - batchFirst: Whether the batch is the first dimension.
  public init(
    _ width: Int, _ heads: Int, dropout: Double = 0, bias: Bool = true,
    addKeyValueBias: Bool = false, addZeroAttention: Bool = false, keySize: Int? = nil,
    valueSize: Int? = nil, batchFirst: Bool = false
  ) {
    var arguments = LayerArguments("MultiheadAttention")
    arguments.require("width", width, atLeast: 1)
    arguments.require("heads", heads, atLeast: 1)
    arguments.require(
      heads < 1 || width % heads == 0, "\(width) dimensions cannot be divided into \(heads) heads")
    arguments.require(dropout >= 0 && dropout <= 1, "dropout must be from 0 to 1, not \(dropout)")
    arguments.require(width <= 1 << 40, "the width must be at most 2^40")
    func weight(_ name: String, _ rows: @autoclosure () -> Int, _ columns: Int) -> Parameter {
      arguments.parameter(name) {
        let bound = (6 / (Double(rows()) + Double(columns))).squareRoot()
        return Tensor.uniform([rows(), columns], -bound, bound)
      }
    }
    if (keySize ?? width) == width, (valueSize ?? width) == width {
      inputWeight = weight("in_proj_weight", 3 * width, width)
      (queryWeight, keyWeight, valueWeight) = (nil, nil, nil)
    } else {
      inputWeight = nil
      queryWeight = weight("q_proj_weight", width, width)
      keyWeight = weight("k_proj_weight", width, keySize ?? width)
      valueWeight = weight("v_proj_weight", width, valueSize ?? width)
    }
    inputBias =
      bias ? arguments.parameter("in_proj_bias") { Tensor.zeros([3 * width]) } : nil
    func extra(_ name: String) -> Parameter? {
      guard addKeyValueBias else { return nil }
      return arguments.parameter(name) {
        try Tensor.randn([1, 1, width]) / Double(width).squareRoot()
      }
    }
    keyBias = extra("bias_k")
    valueBias = extra("bias_v")
    outputProjection = Linear(width, width, bias: bias)
    if let bias = outputProjection.bias { bias.value = Tensor.zeros([max(width, 0)]) }
    self.width = width
    self.heads = heads
    self.dropout = dropout
    self.addZeroAttention = addZeroAttention
    self.batchFirst = batchFirst
  }

  /// PyTorch's name of the last projection.
  public var memberNames: [String: String] { ["outputProjection": "out_proj"] }

  /// Attends.
  ///
  /// - Parameters:
  ///   - query: `[L, N, E]`, `[N, L, E]` with `batchFirst`, or `[L, E]`.
  ///   - key: `[S, N, keySize]`, likewise.
  ///   - value: `[S, N, valueSize]`, likewise.
  ///   - mask: What queries do not see, as numbers or bools: see `AttentionMasks`.
  ///   - keyPaddingMask: Keys that no query sees.
  ///   - isCausal: Whether a query sees only the keys up to its own position.
  ///   - needsWeights: Whether weights are returned; without, much less memory is needed.
  ///   - averagesWeights: Whether returned weights are the mean over heads.
  /// - Throws: `TensorError.shape` for what does not fit.
  public func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil,
    keyPaddingMask: Tensor? = nil, isCausal: Bool = false, needsWeights: Bool = true,
    averagesWeights: Bool = true
  ) throws -> Output {
    try self(
      query, key, value,
      AttentionMasks(mask: mask, keyPaddingMask: keyPaddingMask, isCausal: isCausal),
      needsWeights: needsWeights, averagesWeights: averagesWeights)
  }

  func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ masks: AttentionMasks,
    needsWeights: Bool = false, averagesWeights: Bool = true
  ) throws -> Output {
    try callAsFunction(
      Input(
        query: query, key: key, value: value, masks: masks, needsWeights: needsWeights,
        averagesWeights: averagesWeights))
  }

  /// `multiHeadAttention` with these parameters.
  public func forward(_ input: Input) throws -> Output {
    try (inputWeight ?? queryWeight)?.value.validate()
    let turns = batchFirst && input.query.rank == 3
    func turned(_ x: Tensor) throws -> Tensor {
      try turns && x.rank == 3 ? x.transpose(0, 1) : x
    }
    let query = try turned(input.query)
    // One tensor remains one, and is projected once.
    let key = try input.key.buffer === input.query.buffer ? query : turned(input.key)
    let value = try input.value.buffer === input.key.buffer ? key : turned(input.value)
    let projection: AttentionProjection
    if let inputWeight {
      projection = .packed(inputWeight.value)
    } else if let queryWeight, let keyWeight, let valueWeight {
      projection = .separate(
        query: queryWeight.value, key: keyWeight.value, value: valueWeight.value)
    } else {
      throw TensorError.argument(operation: layerName, reason: "there are no projections")
    }
    let (output, weights) = try multiHeadAttention(
      query, key, value, heads: heads, projection: projection, inputBias: inputBias?.value,
      keyBias: keyBias?.value, valueBias: valueBias?.value, addZeroAttention: addZeroAttention,
      outputWeight: outputProjection.weight.value, outputBias: outputProjection.bias?.value,
      dropout: dropout, training: isTraining, keyPaddingMask: input.masks.keyPaddingMask,
      mask: input.masks.mask, isCausal: input.masks.isCausal, needsWeights: input.needsWeights,
      averagesWeights: input.averagesWeights)
    return (try turned(output), weights)
  }
}
