import CZlib
import Testing

@testable import Martlet

struct IDXTests {
  private let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]

  private func gzipped(_ content: [UInt8], _ directory: TemporaryDirectory) throws -> [UInt8] {
    let path = try directory.file("compressed")
    let stream = try #require(gzopen(path, "wb"))
    gzwrite(stream, content, UInt32(content.count))
    gzclose(stream)
    return try TestFile.contents(of: path)
  }

  @Test func readsPlainAndCompressed() throws {
    let directory = try TemporaryDirectory()
    for file in [images, try gzipped(images, directory)] {
      let tensor = try IDX.load(directory.file("a", file))
      #expect(tensor.shape == [2, 1, 3] && tensor.dtype == .uint8)
      #expect(try elementBytes(tensor) == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func readsEveryTypeAsBigEndian() throws {
    let directory = try TemporaryDirectory()
    let types: [(UInt8, DType)] = [
      (0x08, .uint8), (0x09, .int8), (0x0B, .int16), (0x0C, .int32), (0x0D, .float32),
      (0x0E, .float64),
    ]
    for (code, dtype) in types {
      let element = (0..<dtype.itemSize).map { UInt8($0 + 1) }
      let tensor = try IDX.load(directory.file("a", [0, 0, code, 1, 0, 0, 0, 1] + element))
      #expect(tensor.dtype == dtype && tensor.shape == [1])
      #expect(try elementBytes(tensor) == element.reversed())
    }
    #expect(try IDX.load(directory.file("a", [0, 0, 8, 0, 9])).shape == [])
  }

  @Test func refusesDamage() throws {
    let directory = try TemporaryDirectory()
    func reason(_ content: [UInt8]) throws -> String {
      let path = try directory.file("a", content)
      return refusal(of: path) { try IDX.load(path) }
    }
    let gzip = try gzipped(images, directory)
    #expect(try reason([]).contains("ends within"))
    #expect(try reason([0, 0, 7, 1]).contains("not an IDX"))
    #expect(try reason([0, 0, 8, 3, 0, 0]).contains("ends within"))
    #expect(try reason(images + [1]).contains("more data"))
    #expect(try reason(images.dropLast()).contains("at most 5"))
    #expect(try reason([0, 0, 14, 12] + [UInt8](repeating: 0xFF, count: 48)).contains("overflows"))
    #expect(try reason([0, 0, 8, 13] + [UInt8](repeating: 0, count: 52)).contains("13 dimensions"))
    #expect(try reason(gzip.dropLast(9)).contains("cut short"))
    #expect(try reason(gzip.dropLast(1)).contains("cut short"))
    var wrongSum = gzip
    wrongSum[gzip.count - 8] ^= 1
    #expect(try reason(wrongSum).contains("damaged"))
    // A few bytes that claim 4 GB must be refused before memory is taken.
    #expect(try reason(gzipped([0, 0, 8, 1, 255, 255, 255, 255], directory)).contains("at most"))
    #expect(try reason(gzipped(images + [1], directory)).contains("more data"))
    #expect(try reason(gzipped(images.dropLast(), directory)).contains("less data"))
  }

  @Test func survivesEveryTruncationAndByteChange() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a")
    for file in [images, try gzipped(images, directory)] {
      try checkSurvival(of: file, at: path) { _ = try IDX.load($0) }
    }
  }

  @Test(
    .enabled(if: SharedData.has("mnist"), "the shared MNIST files are not beside this checkout"))
  func readsTheTestSetOfMNIST() throws {
    let images = try IDX.load("\(SharedData.directory)/mnist/t10k-images-idx3-ubyte.gz")
    let labels = try IDX.load("\(SharedData.directory)/mnist/t10k-labels-idx1-ubyte.gz")
    #expect(images.shape == [10_000, 28, 28] && labels.shape == [10_000])
    #expect(try elementBytes(labels).prefix(5) == [7, 2, 1, 0, 4])
  }
}
