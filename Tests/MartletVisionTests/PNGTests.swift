import CPNG
import Martlet
import MartletVision
import Testing

struct PNGTests {
  private func decode(_ data: [UInt8], color: Bool) throws -> (width: Int, height: Int, [UInt8]) {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    try #require(png_image_begin_read_from_memory(&image, data, data.count) != 0)
    #expect((image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0) == color)
    image.format = color ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
    let (width, height) = (Int(image.width), Int(image.height))
    var pixels = [UInt8](repeating: 0, count: width * height * (color ? 3 : 1))
    try #require(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
    return (width, height, pixels)
  }

  @Test(arguments: [[3, 5], [3, 5, 1], [3, 5, 3], [1, 1], [40, 70, 3]])
  func keepsEveryPixel(_ shape: [Int]) throws {
    let pixels = (0..<shape.reduce(1, *)).map { UInt8($0 * 37 % 256) }
    let data = try PNG.encode(uint8Tensor(shape, pixels))
    let (width, height, found) = try decode(data, color: shape.last == 3)
    #expect(width == shape[1] && height == shape[0])
    #expect(found == pixels)
  }

  @Test func refusesWhatIsNoImage() throws {
    let path = "/tmp/martlet-png-test-\(UInt64.random(in: 0...UInt64.max)).png"
    for shape in [[], [4], [2, 2, 2], [0, 4], [4, 0, 3], [1, 2, 2, 3], [1_000_001, 1]] {
      let tensor = try uint8Tensor(shape, [UInt8](repeating: 0, count: shape.reduce(1, *)))
      #expect(throws: TensorError.self, "\(shape)") { try PNG.write(tensor, to: path) }
    }
    let floats = try Tensor(uninitialized: [2, 2], dtype: .float32) {
      $0.initializeMemory(as: UInt8.self, repeating: 0)
    }
    #expect(throws: TensorError.self) { try PNG.write(floats, to: path) }
    #expect(throws: TensorError.self) {
      try PNG.write(uint8Tensor([1, 1], [0]), to: "/nonexistent/a.png")
    }
  }
}
