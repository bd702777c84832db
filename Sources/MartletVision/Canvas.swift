import Martlet

/// An RGB picture in memory that shapes and text are drawn into. What lies outside is clipped.
struct Canvas {
  struct Color {
    var red, green, blue: UInt8

    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
      (self.red, self.green, self.blue) = (red, green, blue)
    }
  }

  let width: Int
  let height: Int
  private(set) var pixels: [UInt8]

  init(width: Int, height: Int, background: Color) {
    (self.width, self.height) = (width, height)
    pixels = [UInt8](repeating: 0, count: width * height * 3)
    fill(x: 0, y: 0, width: width, height: height, background)
  }

  mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: Color) {
    for row in max(y, 0)..<max(min(y + height, self.height), max(y, 0)) {
      for column in max(x, 0)..<max(min(x + width, self.width), max(x, 0)) {
        let i = (row * self.width + column) * 3
        (pixels[i], pixels[i + 1], pixels[i + 2]) = (color.red, color.green, color.blue)
      }
    }
  }

  /// Draws grey pixels of shape `[height, width]`, each as a square of `scale` pixels.
  mutating func draw(
    _ image: UnsafeRawBufferPointer, width: Int, height: Int, scale: Int, x: Int, y: Int
  ) {
    for row in 0..<height {
      for column in 0..<width {
        let value = image[row * width + column]
        fill(
          x: x + column * scale, y: y + row * scale, width: scale, height: scale,
          Color(value, value, value))
      }
    }
  }

  /// Draws one line of text whose top left corner is at `x`, `y`.
  mutating func draw(_ text: String, scale: Int, x: Int, y: Int, _ color: Color) {
    for (position, character) in text.enumerated() {
      for (row, line) in BitmapFont.glyph(character).enumerated() {
        for column in 0..<BitmapFont.width where line >> (BitmapFont.width - 1 - column) & 1 == 1 {
          fill(
            x: x + (position * BitmapFont.advance + column) * scale, y: y + row * scale,
            width: scale, height: scale, color)
        }
      }
    }
  }

  /// The picture as `[height, width, 3]`.
  func tensor() throws -> Tensor {
    try Tensor(uninitialized: [height, width, 3], dtype: .uint8) { $0.copyBytes(from: pixels) }
  }
}
