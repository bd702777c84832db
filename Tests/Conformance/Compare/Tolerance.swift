import Foundation

struct Tolerance {
  let rtol: Double
  let atol: Double

  /// Equal, both NaN, or as near as the tolerances allow; an infinity only to itself.
  func accepts(_ actual: Double, _ expected: Double) -> Bool {
    if actual == expected || (actual.isNaN && expected.isNaN) { return true }
    guard actual.isFinite, expected.isFinite else { return false }
    return (actual - expected).magnitude <= atol + rtol * expected.magnitude
  }
}

extension FlatTensor {
  /// Throws unless dtype, shape and every element agree.
  func expect(closeTo expected: FlatTensor, _ tolerance: Tolerance) throws {
    try expect(shape: expected.shape, type: expected.type)
    switch (elements, expected.elements) {
    case (.integers(let actual), .integers(let wanted)):
      try compare(actual.count, wanted.count) {
        actual[$0] == wanted[$0]
      } show: {
        (String(actual[$0]), String(wanted[$0]), "")
      }
    default:
      let actual = reals
      let wanted = expected.reals
      try compare(actual.count, wanted.count) {
        tolerance.accepts(actual[$0], wanted[$0])
      } show: {
        let allowed = tolerance.atol + tolerance.rtol * wanted[$0].magnitude
        let difference = (actual[$0] - wanted[$0]).magnitude
        return (
          String(actual[$0]), String(wanted[$0]),
          ", off by \(rounded(difference)) where \(rounded(allowed)) is allowed"
        )
      }
    }
  }

  func expect(shape: [Int], type: ElementType) throws {
    guard type == self.type else {
      throw Mismatch("expected dtype \(type.rawValue), got \(self.type.rawValue)")
    }
    guard shape == self.shape else {
      throw Mismatch("expected shape \(shape), got \(self.shape)")
    }
  }

  private func compare(
    _ count: Int, _ expectedCount: Int, equal: (Int) -> Bool,
    show: (Int) -> (actual: String, expected: String, note: String)
  ) throws {
    guard count == expectedCount else {
      throw Mismatch("expected \(expectedCount) elements, got \(count)")
    }
    let wrong = (0..<count).filter { !equal($0) }
    guard let first = wrong.first else { return }
    let (actual, expected, note) = show(first)
    throw Mismatch(
      "element \(index(of: first)) of \(self.shape): expected \(expected), got \(actual)\(note);"
        + " \(wrong.count) of \(count) differ")
  }

  /// The index of the element at a row-major position, which counts parts for complex numbers.
  private func index(of position: Int) -> [Int] {
    var rest = type.isComplex ? position / 2 : position
    var index: [Int] = []
    for size in shape.reversed() where size > 0 {
      index.append(rest % size)
      rest /= size
    }
    return index.reversed()
  }
}

/// Two significant digits are enough for a difference.
func rounded(_ value: Double) -> String { String(format: "%.2g", value) }
