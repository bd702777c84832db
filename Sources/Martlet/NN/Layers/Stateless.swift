/// Dimensions `start` to `end`, both included, as one; by default all but the batch.
///
///     let net = Sequential(Conv2d(1, 4, kernelSize: 3), Flatten())
public final class Flatten: Module, Sendable {
  /// The first dimension.
  public let start: Int
  /// The last dimension; -1 is the tensor's last.
  public let end: Int

  /// A layer that joins dimensions `start` to `end`, which count from the end if negative.
  public init(_ start: Int = 1, _ end: Int = -1) {
    self.start = start
    self.end = end
  }

  /// `x.flatten(from: start, to: end)`.
  public func forward(_ x: Tensor) throws -> Tensor { try x.flatten(from: start, to: end) }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String { "start_dim=\(start), end_dim=\(end)" }
}

/// A function as a module.
///
///     let net = Sequential(Lambda { try $0.reshape([-1, 784]) }, Linear(784, 10))
public final class Lambda<Input, Output>: Module, Sendable {
  private let body: @Sendable (Input) throws -> Output

  /// A module whose `forward` is `body`.
  public init(_ body: @escaping @Sendable (Input) throws -> Output) { self.body = body }

  /// What the function returns.
  public func forward(_ input: Input) throws -> Output { try body(input) }
}

/// The mean of each window of `[N, C, H, W]`; see `avgPool2d`.
///
///     let half = AvgPool2d(2)
public final class AvgPool2d: Module, Sendable {
  /// The sizes of a window.
  public let kernelSize: [Int]
  /// How far windows are apart; nil for their size.
  public let stride: [Int]?
  /// How many zeros there are on both sides.
  public let padding: [Int]
  /// Whether a last window that is only partly inside counts.
  public let ceilMode: Bool
  /// Whether padding counts as elements.
  public let countIncludePad: Bool

  /// A layer with windows of `kernelSize`; for the parameters see `avgPool2d`.
  public init(
    _ kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
    padding: any SpatialConvertible = 0, ceilMode: Bool = false, countIncludePad: Bool = true
  ) {
    self.kernelSize = kernelSize.spatial
    self.stride = stride?.spatial
    self.padding = padding.spatial
    self.ceilMode = ceilMode
    self.countIncludePad = countIncludePad
  }

  /// `avgPool2d` of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try avgPool2d(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode,
      countIncludePad: countIncludePad)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "kernel_size=\(kernelSize), stride=\(stride ?? kernelSize), padding=\(padding)"
  }
}

/// The greatest element of each window of `[N, C, H, W]`; see `maxPool2d`.
///
///     let half = MaxPool2d(2)
public final class MaxPool2d: Module, Sendable {
  /// The sizes of a window.
  public let kernelSize: [Int]
  /// How far windows are apart; nil for their size.
  public let stride: [Int]?
  /// How many positions, which never win, there are on both sides.
  public let padding: [Int]
  /// How far the elements of a window are apart.
  public let dilation: [Int]
  /// Whether a last window that is only partly inside counts.
  public let ceilMode: Bool

  /// A layer with windows of `kernelSize`; for the parameters see `maxPool2d`.
  public init(
    _ kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
    padding: any SpatialConvertible = 0, dilation: any SpatialConvertible = 1,
    ceilMode: Bool = false
  ) {
    self.kernelSize = kernelSize.spatial
    self.stride = stride?.spatial
    self.padding = padding.spatial
    self.dilation = dilation.spatial
    self.ceilMode = ceilMode
  }

  /// `maxPool2d` of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try maxPool2d(
      x, kernelSize: kernelSize, stride: stride, padding: padding, dilation: dilation,
      ceilMode: ceilMode)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "kernel_size=\(kernelSize), stride=\(stride ?? kernelSize), padding=\(padding)"
  }
}

/// The mean of windows chosen so that the result has the given height and width; see
/// `adaptiveAvgPool2d`.
///
///     let pool = AdaptiveAvgPool2d(1)
public final class AdaptiveAvgPool2d: Module, Sendable {
  /// The height and width of the result; nil keeps a size.
  public let outputSize: [Int?]

  /// A layer whose results have the given height and width.
  public init(_ outputSize: any AdaptiveSizeConvertible) {
    self.outputSize = outputSize.adaptiveSize
  }

  /// `adaptiveAvgPool2d` of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    try adaptiveAvgPool2d(x, outputSize: outputSize)
  }

  /// The sizes, as PyTorch prints them.
  public var extraDescription: String {
    "output_size=[\(outputSize.map { $0.map(String.init) ?? "None" }.joined(separator: ", "))]"
  }
}
