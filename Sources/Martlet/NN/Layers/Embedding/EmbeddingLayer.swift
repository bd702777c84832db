/// A table of vectors that indices look up: `[...]` integers become `[..., width]`.
///
/// The vectors, `[rows, width]`, start with the standard normal distribution.
///
///     let words = Embedding(10_000, 64, paddingIndex: 0)
public final class Embedding: Module, Sendable {
  /// The vectors, `[rows, width]`.
  public let weight: Parameter
  /// A row that receives no gradient and starts with zeros.
  public let paddingIndex: Int?
  /// The greatest norm of a vector: longer ones are shortened when they are looked up.
  public let maxNorm: Double?
  /// The p of the norms that `maxNorm` limits.
  public let normType: Double
  /// Whether the gradient of a row is divided by how often the indices hold it.
  public let scaleGradByFrequency: Bool
  private let rows: Int
  private let width: Int

  /// A table of `rows` vectors with `width` elements each.
  ///
  /// - Parameters:
  ///   - rows: The number of vectors.
  ///   - width: The size of a vector.
  ///   - paddingIndex: A row that receives no gradient and starts with zeros; from the end if
  ///     negative.
  ///   - maxNorm: The greatest norm of a vector: longer ones are shortened when they are looked up.
  ///   - normType: The p of those norms.
  ///   - scaleGradByFrequency: Whether the gradient of a row is divided by how often the indices
  ///     hold it.
  public init(
    _ rows: Int, _ width: Int, paddingIndex: Int? = nil, maxNorm: Double? = nil,
    normType: Double = 2, scaleGradByFrequency: Bool = false
  ) {
    let table = EmbeddingTable("Embedding", rows, width, paddingIndex: paddingIndex)
    weight = table.weight
    self.paddingIndex = table.paddingIndex
    self.maxNorm = maxNorm
    self.normType = normType
    self.scaleGradByFrequency = scaleGradByFrequency
    self.rows = rows
    self.width = width
  }

  /// The vectors of the indices, in their shape with one more dimension.
  public func forward(_ indices: Tensor) throws -> Tensor {
    if let maxNorm { try weight.limitRows(indices, maxNorm: maxNorm, p: normType) }
    return try embedding(
      indices, weight.value, paddingIndex: paddingIndex,
      scaleGradByFrequency: scaleGradByFrequency)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    var text = "\(rows), \(width)"
    if let paddingIndex { text += ", padding_idx=\(paddingIndex)" }
    if let maxNorm { text += ", max_norm=\(maxNorm.literal)" }
    if normType != 2 { text += ", norm_type=\(normType.literal)" }
    if scaleGradByFrequency { text += ", scale_grad_by_freq=True" }
    return text
  }
}
