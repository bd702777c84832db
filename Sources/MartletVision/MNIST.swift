import Martlet

/// The MNIST database of handwritten digits, or what stands in for it.
///
/// Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
/// recognition", Proceedings of the IEEE 86(11), 1998.
public struct MNIST: Sendable {
  /// Images, uint8 `[N, 28, 28]`, white on black, and their classes, int64 `[N]`, each 0 to 9.
  public struct Split: Sendable {
    public let images: Tensor
    public let labels: Tensor
  }

  /// Where the digits are from.
  public enum Source: Sendable, Equatable {
    /// A directory that the caller or `MARTLET_DATA` named.
    case directory(String)
    /// The complete database in the cache directory, each file checked by its SHA-256 sum.
    case cache(String)
    /// Drawn digits, with the reason why the database was not to be had.
    case synthetic(reason: String)
  }

  public let train: Split
  public let test: Split
  public let source: Source

  /// Loads the digits from where `locate(data:report:)` finds them.
  ///
  /// Throws `TensorError.file` if a directory was named and has no usable MNIST files.
  public static func load(
    data: String? = nil, report: (String) -> Void = { _ in }
  ) throws -> MNIST {
    try load(from: locate(data: data, report: report))
  }

  /// Loads the digits from `source`. Drawn ones are 60,000 and 10,000, as in MNIST, and always the
  /// same.
  public static func load(from source: Source) throws -> MNIST {
    switch source {
    case .directory(let path), .cache(let path):
      return MNIST(
        train: try split("train", in: path), test: try split("t10k", in: path), source: source)
    case .synthetic:
      let train = try SyntheticDigits.generate(count: 60_000, seed: 1)
      let test = try SyntheticDigits.generate(count: 10_000, seed: 2)
      return MNIST(
        train: Split(images: train.images, labels: train.labels),
        test: Split(images: test.images, labels: test.labels), source: source)
    }
  }

  private static func split(_ name: String, in directory: String) throws -> Split {
    let imagesPath = try MNISTFiles.path("\(name)-images-idx3-ubyte", in: directory)
    let labelsPath = try MNISTFiles.path("\(name)-labels-idx1-ubyte", in: directory)
    let images = try IDX.load(imagesPath)
    guard images.dtype == .uint8, images.shape.count == 3, images.shape[0] > 0,
      images.shape[1...] == [28, 28]
    else {
      throw TensorError.file(
        path: imagesPath,
        reason: "has \(images.dtype) of shape \(images.shape), not MNIST images: uint8 [N, 28, 28]")
    }
    let classes = try IDX.load(labelsPath)
    guard classes.dtype == .uint8, classes.shape == [images.shape[0]] else {
      throw TensorError.file(
        path: labelsPath,
        reason:
          "has \(classes.dtype) of shape \(classes.shape), not labels for \(images.shape[0]) images"
      )
    }
    if let odd = try classes.withUnsafeBytes({ $0.first { $0 > 9 } }) {
      throw TensorError.file(path: labelsPath, reason: "has the label \(odd), which is no digit")
    }
    return Split(images: images, labels: try classes.to(.int64))
  }
}

extension MNIST.Source: CustomStringConvertible {
  public var description: String {
    switch self {
    case .directory(let path): "MNIST from \(path)"
    case .cache(let path): "MNIST from the cache \(path)"
    case .synthetic(let reason): "synthetic digits, not MNIST: \(reason)"
    }
  }
}
