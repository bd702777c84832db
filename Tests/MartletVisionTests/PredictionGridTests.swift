import Martlet
import MartletVision
import Testing

struct PredictionGridTests {
  private func redPixels(predicted: [Int], labels: [Int]) throws -> Int {
    let count = labels.count
    let images = try uint8Tensor([count, 28, 28], [UInt8](repeating: 90, count: count * 784))
    let grid = try PredictionGrid(images: images, predicted: predicted, labels: labels)
    let pixels = try values(grid.render(), as: UInt8.self)
    return stride(from: 0, to: pixels.count, by: 3).filter {
      pixels[$0] > 150 && pixels[$0 + 1] < 80
    }
    .count
  }

  @Test func marksOnlyWrongOnes() throws {
    let labels = (0..<25).map { $0 % 10 }
    #expect(try redPixels(predicted: labels, labels: labels) == 0)
    var predicted = labels
    predicted[7] = 1
    let one = try redPixels(predicted: predicted, labels: labels)
    // The frame alone is 4 pixels wide around 140 by 140.
    #expect(one > 4 * 4 * 140)
    predicted[24] = 0
    #expect(try redPixels(predicted: predicted, labels: labels) > one * 19 / 10)
  }

  @Test func sizesFollowTheNumberOfImages() throws {
    let images = try uint8Tensor([7, 10, 20], [UInt8](repeating: 0, count: 1400))
    let seven = [Int](repeating: 3, count: 7)
    let wide = try PredictionGrid(images: images, predicted: seven, labels: seven).render()
    let narrow = try PredictionGrid(
      images: images, predicted: seven, labels: seven, columns: 1
    ).render()
    #expect(wide.shape[1] == narrow.shape[1] * 5)
    #expect(wide.shape[0] * 7 == narrow.shape[0] * 2)
  }

  @Test func refusesWhatDoesNotFit() throws {
    let images = try uint8Tensor([2, 3, 3], [UInt8](repeating: 0, count: 18))
    #expect(throws: TensorError.self) {
      try PredictionGrid(images: images, predicted: [1], labels: [1, 2])
    }
    #expect(throws: TensorError.self) {
      try PredictionGrid(images: images, predicted: [1, 2], labels: [1, 2], columns: 0)
    }
    let empty = try uint8Tensor([0, 3, 3], [])
    #expect(throws: TensorError.self) {
      try PredictionGrid(images: empty, predicted: [], labels: [])
    }
    let flat = try uint8Tensor([2, 9], [UInt8](repeating: 0, count: 18))
    #expect(throws: TensorError.self) {
      try PredictionGrid(images: flat, predicted: [1, 2], labels: [1, 2])
    }
    // Labels of any size and sign are drawn or clipped, never out of bounds.
    let grid = try PredictionGrid(images: images, predicted: [Int.min, 5], labels: [Int.max, 5])
    #expect(try grid.render().shape[2] == 3)
  }
}
