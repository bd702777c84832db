/// A layer that puts elements around the spatial dimensions of its inputs, or cuts some off where
/// an amount is negative: `[N, C, ...]` or `[C, ...]`.
public class PaddingLayer<Rank: SpatialRank>: Module, @unchecked Sendable {
  // Sendable: all of it is constant.

  /// Amounts before and after, pairs from the last dimension on: `[left, right, top, bottom, ...]`.
  public let padding: [Int]
  private let name: String
  private let paddingMode: PaddingMode
  private let value: Double

  init(_ name: String, _ padding: any SpatialConvertible, _ mode: PaddingMode, value: Double = 0) {
    self.name = name
    self.padding = padding.expanded(2 * Rank.rank)
    self.paddingMode = mode
    self.value = value
  }

  /// `x` with more elements at its edges.
  ///
  /// - Throws: `TensorError.argument` for amounts that do not fit the input.
  public final func forward(_ x: Tensor) throws -> Tensor {
    guard padding.count == 2 * Rank.rank else {
      throw TensorError.argument(
        operation: layerName,
        reason: "\(padding.count) amounts, expected one, or \(2 * Rank.rank)")
    }
    return try pad(x, padding, mode: paddingMode, value: value)
  }

  /// The name of PyTorch's layer.
  public final var layerName: String { "\(name)\(Rank.rank)d" }

  /// The amounts, as PyTorch prints them.
  public var extraDescription: String { padding.tuple }
}
