import Martlet
import MartletVision
import Testing

struct SyntheticDigitsTests {
  @Test func areReproducibleAndVary() throws {
    let (images, labels) = try SyntheticDigits.generate(count: 500, seed: 3)
    #expect(images.shape == [500, 28, 28] && images.dtype == .uint8)
    #expect(labels.shape == [500] && labels.dtype == .int64)
    let pixels = try values(images, as: UInt8.self)
    let classes = try values(labels, as: Int64.self)

    let again = try SyntheticDigits.generate(count: 100, seed: 3)
    #expect(try values(again.images, as: UInt8.self).elementsEqual(pixels.prefix(100 * 784)))
    #expect(try values(again.labels, as: Int64.self).elementsEqual(classes.prefix(100)))
    let other = try SyntheticDigits.generate(count: 100, seed: 4)
    #expect(try !values(other.images, as: UInt8.self).elementsEqual(pixels.prefix(100 * 784)))

    for digit in 0..<10 as Range<Int64> {
      let places = classes.indices.filter { classes[$0] == digit }
      #expect(places.count > 25)
      let pictures = places.map { Array(pixels[$0 * 784..<($0 + 1) * 784]) }
      #expect(Set(pictures).count == pictures.count)
    }
    // Ink like MNIST's: on average an eighth to a quarter of full brightness.
    let mean = pixels.reduce(0.0) { $0 + Double($1) } / Double(pixels.count) / 255
    #expect(mean > 0.08 && mean < 0.25)
  }

  /// Classes must be told apart by their pictures: the nearest class mean alone gets most digits
  /// right.
  @Test func classesDiffer() throws {
    let train = try SyntheticDigits.generate(count: 2000, seed: 1)
    let test = try SyntheticDigits.generate(count: 300, seed: 2)
    var means = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
    var counts = [Float](repeating: 0, count: 10)
    let (pixels, classes) = try (
      values(train.images, as: UInt8.self), values(train.labels, as: Int64.self)
    )
    for (i, digit) in classes.enumerated() {
      counts[Int(digit)] += 1
      for j in 0..<784 { means[Int(digit)][j] += Float(pixels[i * 784 + j]) }
    }
    for digit in 0..<10 { for j in 0..<784 { means[digit][j] /= counts[digit] } }
    let (tests, labels) = try (
      values(test.images, as: UInt8.self), values(test.labels, as: Int64.self)
    )
    let right = labels.indices.count { i in
      let distances = means.map { mean in
        (0..<784).reduce(Float(0)) { sum, j in
          let d = mean[j] - Float(tests[i * 784 + j])
          return sum + d * d
        }
      }
      return distances.indices.min { distances[$0] < distances[$1] } == Int(labels[i])
    }
    #expect(right > 180)
  }

  @Test func refusesNegativeCounts() throws {
    #expect(throws: TensorError.self) { try SyntheticDigits.generate(count: -1, seed: 0) }
    #expect(try SyntheticDigits.generate(count: 0, seed: 0).images.shape == [0, 28, 28])
  }
}
