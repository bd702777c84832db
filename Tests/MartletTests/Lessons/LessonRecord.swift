import Martlet
import Testing

@testable import martlet_lessons

/// Collects what a lesson reports and compares it with the trace.
struct LessonRecord {
  private(set) var losses: [[Double]] = []
  private(set) var validation: [[Double]] = []

  mutating func add(_ progress: Progress) {
    switch progress {
    case .step(let step, let loss): losses.append([Double(step), loss])
    case .batch(let epoch, let iteration, let loss):
      losses.append([Double(epoch), Double(iteration), loss])
    case .validation(let epoch, let loss, let accuracy):
      validation.append([Double(epoch), loss, accuracy])
    }
  }

  /// How far losses may be from PyTorch's.
  ///
  /// Training can amplify rounding: a unit that is active in one program and, by the last bit, not
  /// in the other, or a gradient of which cancellation left little. PyTorch then departs from its
  /// own trace, by as much, when its threads, memory format, precision or the last bit of the start
  /// values change; the bounds here are what was measured so.
  struct Tolerance {
    /// Relative, of the losses while rounding has not grown.
    var relative: Double
    /// How many losses that are.
    var first = Int.max
    /// Relative, of those that follow.
    var later = 0.0
    /// The length of the vector of rounding errors of the predictions, for losses that fall to its
    /// size: it changes a sum of squares s by up to `2 noise sqrt(s) + noise^2`.
    var noise = 0.0

    func allowed(_ reference: Double, at position: Int) -> Double {
      (position < first ? relative : later) * reference
        + noise * (2 * reference.squareRoot() + noise)
    }
  }

  /// Expects the trace's losses at the trace's steps.
  func expectLosses(
    of trace: LessonTrace, within tolerance: Tolerance,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      losses.map { $0.dropLast() } == trace.losses.map { $0.dropLast() }, "the steps reported",
      sourceLocation: location)
    for (position, (found, expected)) in zip(losses, trace.losses).enumerated() {
      guard let loss = found.last, let reference = expected.last else { continue }
      #expect(
        abs(loss - reference) <= tolerance.allowed(reference, at: position),
        "at \(expected.dropLast()): \(loss), PyTorch \(reference)", sourceLocation: location)
    }
  }

  /// Expects the trace's losses and accuracies on the validation images.
  ///
  /// - Parameters:
  ///   - relative: By how much of it the loss may differ.
  ///   - images: By how many of the 10,000 images the accuracy may differ.
  func expectValidation(
    of trace: LessonTrace, relative: Double, images: Double,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(validation.count == trace.validation.count, sourceLocation: location)
    for (found, expected) in zip(validation, trace.validation) {
      #expect(
        found[0] == expected[0] && abs(found[1] - expected[1]) <= relative * expected[1]
          && abs(found[2] - expected[2]) <= (images + 0.5) / 10_000,
        "\(found), PyTorch \(expected)", sourceLocation: location)
    }
  }
}

extension LessonRecord {
  /// Expects tensors to be near each other.
  static func expectClose(
    _ found: Tensor, _ expected: Tensor, rtol: Double, atol: Double, _ name: String = "",
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    try #require(found.shape == expected.shape, "\(name)", sourceLocation: location)
    let worst = try ((found.detached() - expected).abs() - rtol * expected.abs()).max().item()
    #expect(
      worst <= atol, "\(name) is off by \(worst) beyond rtol \(rtol)", sourceLocation: location)
  }

  /// Expects state dictionaries to have the same names and tensors near each other.
  static func expectClose(
    _ found: TensorDictionary, _ expected: TensorDictionary, rtol: Double, atol: Double,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(Set(found.names) == Set(expected.names), sourceLocation: location)
    for (name, tensor) in expected {
      let other = try #require(found[name], sourceLocation: location)
      try expectClose(other, tensor, rtol: rtol, atol: atol, name, location)
    }
  }
}
