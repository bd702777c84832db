import Martlet

/// A picture of classified images side by side, each with the predicted and the true class under it
/// and a red frame where they differ.
public struct PredictionGrid: Sendable {
  private let images: Tensor
  private let predicted: [Int]
  private let labels: [Int]
  private let columns: Int
  private let scale: Int

  /// - Parameters:
  ///   - images: grey uint8 images `[N, H, W]`, 1 to 1,000 of 1 to 100 by 1 to 100 pixels.
  ///   - predicted: the predicted class of each.
  ///   - labels: the true class of each.
  ///   - columns: images a row.
  ///   - scale: the width in the picture of one pixel of an image, 1 to 20.
  ///
  /// Throws if shape, dtype and counts do not fit each other or an argument is out of range.
  public init(
    images: Tensor, predicted: [Int], labels: [Int], columns: Int = 5, scale: Int = 5
  ) throws {
    let operation = "PredictionGrid"
    let shape = images.shape
    guard images.dtype == .uint8 else {
      throw TensorError.dtype(
        operation: operation, dtypes: [images.dtype], reason: "images must be uint8")
    }
    guard shape.count == 3, (1...1000).contains(shape[0]), (1...100).contains(shape[1]),
      (1...100).contains(shape[2])
    else {
      throw TensorError.shape(
        operation: operation, shapes: [shape],
        reason: "images must be [N, H, W] with N up to 1,000, H and W up to 100")
    }
    guard predicted.count == shape[0], labels.count == shape[0] else {
      throw TensorError.argument(
        operation: operation,
        reason: "\(shape[0]) images have \(predicted.count) predictions and \(labels.count) labels")
    }
    guard (1...100).contains(columns), (1...20).contains(scale) else {
      throw TensorError.argument(
        operation: operation,
        reason: "\(columns) columns at scale \(scale) are not 1 to 100 at 1 to 20")
    }
    self.images = images
    self.predicted = predicted
    self.labels = labels
    self.columns = min(columns, shape[0])
    self.scale = scale
  }

  private static let textScale = 2
  private static let padding = 10
  private static let frame = 4
  private static let background = Canvas.Color(255, 255, 255)
  private static let ink = Canvas.Color(40, 40, 40)
  private static let wrong = Canvas.Color(215, 20, 30)

  /// The picture as uint8 `[height, width, 3]`.
  public func render() throws -> Tensor {
    let (count, height, width) = (images.shape[0], images.shape[1], images.shape[2])
    let captions = zip(predicted, labels).map { "PRED \($0) TRUE \($1)" }
    let captionWidth = (captions.map(BitmapFont.width(of:)).max() ?? 0) * Self.textScale
    let captionHeight = BitmapFont.height * Self.textScale
    let cellWidth = max(width * scale, captionWidth) + 2 * Self.padding
    let cellHeight = height * scale + captionHeight + 3 * Self.padding
    var canvas = Canvas(
      width: columns * cellWidth, height: (count + columns - 1) / columns * cellHeight,
      background: Self.background)
    try images.withUnsafeBytes { pixels in
      for i in 0..<count {
        let x = i % columns * cellWidth + (cellWidth - width * scale) / 2
        let y = i / columns * cellHeight + Self.padding
        let isRight = predicted[i] == labels[i]
        if !isRight {
          canvas.fill(
            x: x - Self.frame, y: y - Self.frame, width: width * scale + 2 * Self.frame,
            height: height * scale + 2 * Self.frame, Self.wrong)
        }
        let size = height * width
        canvas.draw(
          UnsafeRawBufferPointer(rebasing: pixels[i * size..<(i + 1) * size]), width: width,
          height: height, scale: scale, x: x, y: y)
        let textWidth = BitmapFont.width(of: captions[i]) * Self.textScale
        canvas.draw(
          captions[i], scale: Self.textScale,
          x: i % columns * cellWidth + (cellWidth - textWidth) / 2,
          y: y + height * scale + Self.padding, isRight ? Self.ink : Self.wrong)
      }
    }
    return try canvas.tensor()
  }

  /// Writes the picture as a PNG file, which replaces one at `path`.
  public func write(to path: String) throws { try PNG.write(render(), to: path) }
}
