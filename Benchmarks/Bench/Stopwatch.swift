/// Times a piece of work: the best of three medians after a warm-up, as every framework's runner
/// does.
struct Stopwatch {
  var seconds: Double

  /// Microseconds that one call takes.
  func measure(_ work: () throws -> Void) throws -> Double {
    for _ in 0..<3 { try work() }
    let once = try time(1, work)
    // Short calls are timed many at once, since reading the clock takes time too.
    let inner = max(1, Int(2000 / max(once, 1e-3)))
    var best = Double.infinity
    for _ in 0..<3 {
      var times: [Double] = []
      let start = ContinuousClock.now
      while ContinuousClock.now - start < .seconds(seconds / 3) || times.count < 3 {
        times.append(try time(inner, work))
      }
      times.sort()
      let middle = times.count / 2
      let median = times.count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2
      best = min(best, median)
    }
    return best
  }

  /// Microseconds a call, over `count` calls.
  private func time(_ count: Int, _ work: () throws -> Void) throws -> Double {
    let start = ContinuousClock.now
    for _ in 0..<count { try work() }
    return (ContinuousClock.now - start) / .microseconds(1) / Double(count)
  }
}
