/// A number for each spatial dimension: a list, or an integer that serves all of them.
///
///     try maxPool2d(images, kernelSize: 2, stride: [2, 1])
public protocol SpatialConvertible: Sendable {
  /// One number a dimension, or a single one for all.
  var spatial: [Int] { get }
}

extension Int: SpatialConvertible {
  /// One number for all dimensions.
  public var spatial: [Int] { [self] }
}

extension Array: SpatialConvertible where Element == Int {
  /// A number for each dimension.
  public var spatial: [Int] { self }
}

extension SpatialConvertible {
  /// A number for each of `rank` dimensions, if one was given for all.
  func expanded(_ rank: Int) -> [Int] {
    let values = spatial
    return values.count == 1 ? Array(repeating: values[0], count: rank) : values
  }

  /// The number of every one of `rank` dimensions.
  func dims(_ rank: Int, _ operation: String, _ name: String, atLeast least: Int) throws -> Dims {
    let values = spatial
    guard values.count == rank || values.count == 1 else {
      throw TensorError.argument(
        operation: operation, reason: "\(name) \(values) does not fit \(rank) dimensions")
    }
    guard values.allSatisfy({ $0 >= least && $0 <= Int(Int32.max) }) else {
      throw TensorError.argument(
        operation: operation, reason: "\(name) \(values) must be at least \(least)")
    }
    var dims = Dims()
    for i in 0..<rank { dims.append(values.count == 1 ? values[0] : values[i]) }
    return dims
  }
}

/// What a convolution puts around its input: an integer or a list of them, `.same` or `.valid`.
///
///     try conv2d(images, weight, padding: .same)
public protocol ConvolutionPaddingConvertible: Sendable {
  /// The padding.
  var convolutionPadding: ConvolutionPadding { get }
}

/// What a convolution puts around its input.
public struct ConvolutionPadding: ConvolutionPaddingConvertible, Hashable {
  enum Kind: Hashable {
    /// So many zeros on both sides of every dimension; a single number serves all.
    case amounts([Int])
    case same
    case valid
  }

  let kind: Kind

  /// The padding itself.
  public var convolutionPadding: ConvolutionPadding { self }
}

extension Int: ConvolutionPaddingConvertible {
  /// As many zeros on both sides of every dimension.
  public var convolutionPadding: ConvolutionPadding { ConvolutionPadding(kind: .amounts([self])) }
}

extension Array: ConvolutionPaddingConvertible where Element == Int {
  /// Zeros on both sides, a number for each dimension.
  public var convolutionPadding: ConvolutionPadding { ConvolutionPadding(kind: .amounts(self)) }
}

extension ConvolutionPaddingConvertible where Self == ConvolutionPadding {
  /// As many zeros as it takes for a result of the input's size; of an odd number the last goes to
  /// the end. Only with a stride of 1.
  public static var same: ConvolutionPadding { ConvolutionPadding(kind: .same) }

  /// None.
  public static var valid: ConvolutionPadding { ConvolutionPadding(kind: .valid) }
}

/// The size of an adaptive pooling's result in one dimension; nil keeps the input's.
public protocol AdaptiveExtent: Sendable {
  /// The size; nil keeps the input's.
  var adaptiveExtent: Int? { get }
}

extension Int: AdaptiveExtent {
  /// The size asked for.
  public var adaptiveExtent: Int? { self }
}

extension Optional: AdaptiveExtent where Wrapped == Int {
  /// The size asked for; nil keeps the input's.
  public var adaptiveExtent: Int? { self }
}

/// The sizes of an adaptive pooling's result: a list in which nil keeps the input's size, or an
/// integer that serves all dimensions.
public protocol AdaptiveSizeConvertible: Sendable {
  /// A size for each dimension, or one for all.
  var adaptiveSize: [Int?] { get }
}

extension Int: AdaptiveSizeConvertible {
  /// One size for all dimensions.
  public var adaptiveSize: [Int?] { [self] }
}

extension Array: AdaptiveSizeConvertible where Element: AdaptiveExtent {
  /// A size for each dimension.
  public var adaptiveSize: [Int?] { map(\.adaptiveExtent) }
}
