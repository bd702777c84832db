/// `max(x, 0)`.
public final class ReLU: Module, Sendable {
  public init() {}
  public func forward(_ x: Tensor) throws -> Tensor { try x.relu() }
}

/// Dimensions `start` to `end`, both included, as one; by default all but the batch.
public final class Flatten: Module, Sendable {
  public let start: Int
  public let end: Int

  public init(_ start: Int = 1, _ end: Int = -1) {
    self.start = start
    self.end = end
  }

  public func forward(_ x: Tensor) throws -> Tensor { try x.flatten(from: start, to: end) }

  public var extraDescription: String { "start_dim=\(start), end_dim=\(end)" }
}

/// A function as a module.
public final class Lambda<Input, Output>: Module, Sendable {
  private let body: @Sendable (Input) throws -> Output

  public init(_ body: @escaping @Sendable (Input) throws -> Output) { self.body = body }

  public func forward(_ input: Input) throws -> Output { try body(input) }
}

/// The mean of each window of `[N, C, H, W]`; see `avgPool2d`.
public final class AvgPool2d: Module, Sendable {
  public let kernelSize: [Int]
  public let stride: [Int]?
  public let padding: [Int]
  public let ceilMode: Bool
  public let countIncludePad: Bool

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

  public func forward(_ x: Tensor) throws -> Tensor {
    try avgPool2d(
      x, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode,
      countIncludePad: countIncludePad)
  }

  public var extraDescription: String {
    "kernel_size=\(kernelSize), stride=\(stride ?? kernelSize), padding=\(padding)"
  }
}

/// The greatest element of each window of `[N, C, H, W]`; see `maxPool2d`.
public final class MaxPool2d: Module, Sendable {
  public let kernelSize: [Int]
  public let stride: [Int]?
  public let padding: [Int]
  public let dilation: [Int]
  public let ceilMode: Bool

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

  public func forward(_ x: Tensor) throws -> Tensor {
    try maxPool2d(
      x, kernelSize: kernelSize, stride: stride, padding: padding, dilation: dilation,
      ceilMode: ceilMode)
  }

  public var extraDescription: String {
    "kernel_size=\(kernelSize), stride=\(stride ?? kernelSize), padding=\(padding)"
  }
}

/// The mean of windows chosen so that the result has the given height and width; see
/// `adaptiveAvgPool2d`.
public final class AdaptiveAvgPool2d: Module, Sendable {
  /// nil keeps a size.
  public let outputSize: [Int?]

  public init(_ outputSize: any AdaptiveSizeConvertible) {
    self.outputSize = outputSize.adaptiveSize
  }

  public func forward(_ x: Tensor) throws -> Tensor {
    try adaptiveAvgPool2d(x, outputSize: outputSize)
  }

  public var extraDescription: String {
    "output_size=[\(outputSize.map { $0.map(String.init) ?? "None" }.joined(separator: ", "))]"
  }
}
