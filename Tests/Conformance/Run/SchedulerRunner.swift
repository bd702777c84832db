/// Runs cases of learning-rate schedulers: section 6 of the specification.
struct SchedulerRunner {
  let table: SchedulerTable

  func run(_ testCase: JSONObject, in file: CaseFile) throws -> Outcome {
    let entry = try table.entry(testCase.string("scheduler"))
    let scheduler = try entry(testCase.object("config"), testCase.object("optimizer"))
    let learningRates = try rows(testCase, "lrs")
    let momentums = testCase.has("momentums") ? try rows(testCase, "momentums") : nil
    let metrics = testCase.has("metrics") ? try testCase.list("metrics") : nil
    let rtol = try testCase.double("rtol")
    let atol = try testCase.double("atol")
    for step in 0...(try testCase.int("steps")) {
      if step > 0 { try scheduler.step(metric: metrics.map { try number($0, step - 1) }) }
      try describing("after step \(step)") {
        try compare(
          scheduler.learningRates, row(learningRates, step), "learning rate", rtol, atol)
        if let momentums {
          try compare(scheduler.momentums, row(momentums, step), "momentum", rtol, atol)
        }
      }
    }
    return .passed
  }

  private func rows(_ testCase: JSONObject, _ key: String) throws -> [[Double]] {
    try testCase.list(key).map {
      guard let row = $0 as? [Double] else { throw DataError("\(key) holds lists of numbers") }
      return row
    }
  }

  private func row(_ rows: [[Double]], _ step: Int) throws -> [Double] {
    guard rows.indices.contains(step) else { throw DataError("there is no row \(step)") }
    return rows[step]
  }

  private func number(_ list: [Any], _ index: Int) throws -> Double {
    guard list.indices.contains(index), let number = list[index] as? Double else {
      throw DataError("there is no metric \(index)")
    }
    return number
  }

  private func compare(
    _ actual: [Double], _ expected: [Double], _ name: String, _ rtol: Double, _ atol: Double
  ) throws {
    guard actual.count == expected.count else {
      throw Mismatch("\(name): expected \(expected.count) groups, got \(actual.count)")
    }
    for (group, (a, e)) in zip(actual, expected).enumerated() {
      let allowed = max(rtol * max(a.magnitude, e.magnitude), atol)
      guard (a - e).magnitude <= allowed else {
        throw Mismatch("\(name) of group \(group): expected \(e), got \(a)")
      }
    }
  }
}
