/// A search along a direction for a length that meets the strong conditions of Wolfe: the loss
/// falls in proportion to the slope, and the slope becomes flatter.
///
/// Nocedal, Wright, "Numerical Optimization", 2006, algorithms 3.5 and 3.6.
struct StrongWolfe {
  /// What is known at one length.
  struct Point {
    var length: Double
    var loss: Double
    var gradient: Tensor
    var slope: Double
  }

  let changeTolerance: Double
  let maxEvaluations: Int
  /// The greatest element of the direction.
  let directionSize: Double
  /// How much of what the slope promises the loss has to fall by.
  private let decrease = 1e-4
  /// How much of the slope may be left.
  private let curvature = 0.9

  init(changeTolerance: Double, maxEvaluations: Int, directionSize: Double) {
    self.changeTolerance = changeTolerance
    self.maxEvaluations = maxEvaluations
    self.directionSize = directionSize
  }

  func find(
    from start: Point, _ first: Double, _ evaluate: (Double) throws -> Point
  ) throws -> (point: Point, evaluations: Int) {
    var evaluations = 1
    var tries = 0
    var previous = start
    var current = try evaluate(first)
    var bracket: (Point, Point)?
    while tries < maxEvaluations {
      if !falls(current, from: start) || tries > 1 && current.loss >= previous.loss {
        bracket = (previous, current)
        break
      }
      if abs(current.slope) <= -curvature * start.slope { return (current, evaluations) }
      if current.slope >= 0 {
        bracket = (previous, current)
        break
      }
      let next = Self.interpolate(
        previous, current,
        least: current.length + 0.01 * (current.length - previous.length),
        greatest: current.length * 10)
      previous = current
      current = try evaluate(next)
      evaluations += 1
      tries += 1
    }
    return try zoom(bracket ?? (start, current), start, tries, evaluations, evaluate)
  }

  /// Narrows an interval that contains a length that meets the conditions.
  private func zoom(
    _ bracket: (Point, Point), _ start: Point, _ tries: Int, _ evaluations: Int,
    _ evaluate: (Double) throws -> Point
  ) throws -> (point: Point, evaluations: Int) {
    var (a, b) = bracket
    var (tries, evaluations) = (tries, evaluations)
    var hasStalled = false
    var isFirstLow = a.loss <= b.loss
    while tries < maxEvaluations {
      if abs(b.length - a.length) * directionSize < changeTolerance { break }
      let (least, greatest) = (min(a.length, b.length), max(a.length, b.length))
      var length = Self.interpolate(a, b, least: least, greatest: greatest)
      // Lengths next to an end twice in a row make too little progress.
      let margin = 0.1 * (greatest - least)
      if min(greatest - length, length - least) < margin {
        if hasStalled || length >= greatest || length <= least {
          length =
            abs(length - greatest) < abs(length - least) ? greatest - margin : least + margin
          hasStalled = false
        } else {
          hasStalled = true
        }
      } else {
        hasStalled = false
      }
      let new = try evaluate(length)
      evaluations += 1
      tries += 1
      let low = isFirstLow ? a : b
      let high = isFirstLow ? b : a
      if !falls(new, from: start) || new.loss >= low.loss {
        if isFirstLow { b = new } else { a = new }
        isFirstLow = a.loss <= b.loss
      } else {
        let isDone = abs(new.slope) <= -curvature * start.slope
        if !isDone, new.slope * (high.length - low.length) >= 0 {
          if isFirstLow { b = low } else { a = low }
        }
        if isFirstLow { a = new } else { b = new }
        if isDone { break }
      }
    }
    return (isFirstLow ? a : b, evaluations)
  }

  /// False if the loss is above what the slope promises; a loss that is not a number is not above.
  private func falls(_ point: Point, from start: Point) -> Bool {
    !(point.loss > start.loss + decrease * point.length * start.slope)
  }

  /// Where the cubic through two points has its minimum, kept between bounds.
  private static func interpolate(
    _ first: Point, _ second: Point, least: Double, greatest: Double
  ) -> Double {
    let (a, b) = first.length <= second.length ? (first, second) : (second, first)
    let d1 =
      a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return (least + greatest) / 2 }
    let d2 = square.squareRoot()
    let position =
      b.length - (b.length - a.length) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    return min(max(position, least), greatest)
  }
}
