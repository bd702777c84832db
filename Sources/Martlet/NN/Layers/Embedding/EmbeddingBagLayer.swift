/// A table of vectors, `[rows, width]`, that indices look up and that are reduced bag by bag: the
/// result is `[bags, width]`.
///
/// The vectors start with the standard normal distribution.
///
///     let texts = EmbeddingBag(10_000, 64, mode: .sum)
///     let y = try texts(words, offsets: Tensor([0, 7, 12]))
public final class EmbeddingBag: Module, Sendable {
  /// Indices, where each bag begins (none for indices `[bags, size]`), and a factor of each row
  /// (only for sums).
  public typealias Input = (indices: Tensor, offsets: Tensor?, sampleWeights: Tensor?)

  /// The vectors, `[rows, width]`.
  public let weight: Parameter
  /// How the rows of a bag become one.
  public let reduction: BagReduction
  /// A row that counts nothing, receives no gradient and starts with zeros.
  public let paddingIndex: Int?
  /// The greatest norm of a vector: longer ones are shortened when they are looked up.
  public let maxNorm: Double?
  /// The p of the norms that `maxNorm` limits.
  public let normType: Double
  /// Whether the gradient of a row is divided by how often the indices hold it.
  public let scaleGradByFrequency: Bool
  /// Whether offsets end with the end of the last bag.
  public let includesLastOffset: Bool
  private let rows: Int
  private let width: Int

  /// A table of `rows` vectors with `width` elements each.
  ///
  /// - Parameters:
  ///   - rows: The number of vectors.
  ///   - width: The size of a vector.
  ///   - mode: How the rows of a bag become one.
  ///   - paddingIndex: A row that counts nothing, receives no gradient and starts with zeros; from
  ///     the end if negative.
  ///   - maxNorm: The greatest norm of a vector: longer ones are shortened when they are looked up.
  ///   - normType: The p of those norms.
  ///   - scaleGradByFrequency: Whether the gradient of a row is divided by how often the indices
  ///     hold it; not for `.max`.
  ///   - includesLastOffset: Whether offsets end with the end of the last bag.
  public init(
    _ rows: Int, _ width: Int, mode: BagReduction = .mean, paddingIndex: Int? = nil,
    maxNorm: Double? = nil, normType: Double = 2, scaleGradByFrequency: Bool = false,
    includesLastOffset: Bool = false
  ) {
    let table = EmbeddingTable("EmbeddingBag", rows, width, paddingIndex: paddingIndex)
    weight = table.weight
    reduction = mode
    self.paddingIndex = table.paddingIndex
    self.maxNorm = maxNorm
    self.normType = normType
    self.scaleGradByFrequency = scaleGradByFrequency
    self.includesLastOffset = includesLastOffset
    self.rows = rows
    self.width = width
  }

  /// Applies the layer to bags.
  ///
  ///     let y = try texts(words, offsets: Tensor([0, 7, 12]))
  ///
  /// - Parameters:
  ///   - indices: int64, `[bags, size]`, or one list with `offsets`.
  ///   - offsets: Where in the list each bag begins, from 0 in rising order.
  ///   - sampleWeights: A factor of each row, in the shape of `indices`; only for sums.
  public func callAsFunction(
    _ indices: Tensor, offsets: Tensor? = nil, sampleWeights: Tensor? = nil
  ) throws -> Tensor {
    try callAsFunction((indices, offsets, sampleWeights))
  }

  /// The reduced bags, `[bags, width]`.
  public func forward(_ input: Input) throws -> Tensor {
    if let maxNorm { try weight.limitRows(input.indices, maxNorm: maxNorm, p: normType) }
    return try embeddingBag(
      input.indices, weight.value, offsets: input.offsets, includesLastOffset: includesLastOffset,
      mode: reduction, sampleWeights: input.sampleWeights, paddingIndex: paddingIndex,
      scaleGradByFrequency: scaleGradByFrequency)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    var text = "\(rows), \(width)"
    if let maxNorm { text += ", max_norm=\(maxNorm.literal)" }
    if normType != 2 { text += ", norm_type=\(normType.literal)" }
    if scaleGradByFrequency { text += ", scale_grad_by_freq=True" }
    text += ", mode=\("\(reduction)".literal)"
    if let paddingIndex { text += ", padding_idx=\(paddingIndex)" }
    return text
  }
}
