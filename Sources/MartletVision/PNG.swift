import CPNG
import Martlet

/// PNG files, written by libpng.
public enum PNG {
  /// Writes a uint8 image: grey of shape `[H, W]` or `[H, W, 1]`, or sRGB of shape `[H, W, 3]`. A
  /// file at `path` is replaced at once when all is written, or not at all.
  ///
  /// Throws if the tensor is no such image, and `TensorError.file` if the file cannot be written.
  public static func write(_ image: Tensor, to path: String) throws {
    let data = try encode(image)
    try AtomicFile.write(path) { try $0.write(data) }
  }

  /// The bytes of the file that `write` makes.
  public static func encode(_ image: Tensor) throws -> [UInt8] {
    let shape = image.shape
    guard image.dtype == .uint8 else {
      throw TensorError.dtype(
        operation: "PNG", dtypes: [image.dtype], reason: "pixels must be uint8")
    }
    let channels = shape.count == 2 ? 1 : shape.last ?? 0
    guard (2...3).contains(shape.count), channels == 1 || channels == 3 else {
      throw TensorError.shape(
        operation: "PNG", shapes: [shape], reason: "an image is [H, W], [H, W, 1] or [H, W, 3]")
    }
    // libpng's own limit, which also keeps all sizes below within 64 bits.
    guard (1...1_000_000).contains(shape[0]), (1...1_000_000).contains(shape[1]) else {
      throw TensorError.shape(
        operation: "PNG", shapes: [shape], reason: "height and width must be 1 to 1,000,000")
    }
    return try image.withUnsafeBytes { pixels in
      try encode(pixels, height: shape[0], width: shape[1], isColor: channels == 3)
    }
  }

  private static func encode(
    _ pixels: UnsafeRawBufferPointer, height: Int, width: Int, isColor: Bool
  ) throws -> [UInt8] {
    var description = png_image()
    description.version = png_uint_32(PNG_IMAGE_VERSION)
    description.width = png_uint_32(width)
    description.height = png_uint_32(height)
    description.format = isColor ? PNG_FORMAT_FLAG_COLOR : 0
    defer { png_image_free(&description) }
    func failure() -> TensorError {
      let text = withUnsafeBytes(of: description.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      return TensorError.argument(
        operation: "PNG", reason: "libpng cannot encode the image (\(text))")
    }
    // Without memory to write to, libpng counts the bytes.
    var size: png_alloc_size_t = 0
    guard png_image_write_to_memory(&description, nil, &size, 0, pixels.baseAddress, 0, nil) != 0
    else {
      throw failure()
    }
    return try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, initialized in
      guard
        png_image_write_to_memory(
          &description, buffer.baseAddress, &size, 0, pixels.baseAddress, 0, nil) != 0
      else { throw failure() }
      initialized = Int(size)
    }
  }
}
