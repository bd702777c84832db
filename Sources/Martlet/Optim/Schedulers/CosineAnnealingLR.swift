import Glibc

/// Rates that follow half a cosine from the first ones down to `etaMin`, and back if it goes on.
///
///     etaMin + (first - etaMin) (1 + cos(pi epoch / tMax)) / 2
///
/// Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, without
/// restarts.
///
///     let scheduler = try CosineAnnealingLR(optimizer, tMax: 100)
public final class CosineAnnealingLR: EpochScheduler {
  private let tMax: Int
  private let etaMin: Double

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - tMax: The epoch in which the least rate is reached.
  ///   - etaMin: The least rate.
  /// - Throws: `TensorError.argument` for a `tMax` below 1.
  public init(_ optimizer: any Optimizer, tMax: Int, etaMin: Double = 0) throws {
    self.tMax = tMax
    self.etaMin = etaMin
    super.init(optimizer)
    try require("a tMax", tMax, atLeast: 1)
    try start()
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    func height(_ epoch: Int) -> Double { 1 + cos(.pi * Double(epoch) / Double(tMax)) }
    let (cycle, position) = (epoch - 1).quotientAndRemainder(dividingBy: tMax)
    if position == 0, cycle % 2 == 1 {
      // The last rate was the least one, from which nothing can be multiplied up.
      return last + (baseRates[group] - etaMin) * (1 - cos(.pi / Double(tMax))) / 2
    }
    return height(epoch) / height(epoch - 1) * (last - etaMin) + etaMin
  }
}

/// Rates that follow half a cosine from the first ones down to `etaMin`, again and again.
///
/// Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.
///
///     let scheduler = try CosineAnnealingWarmRestarts(optimizer, t0: 10, tMult: 2)
public final class CosineAnnealingWarmRestarts: EpochScheduler {
  private let t0: Int
  private let tMult: Int
  private let etaMin: Double
  /// The epochs of the present cycle, and how many of them have passed.
  private var length: Int
  private var position = -1

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - t0: The epochs of the first cycle.
  ///   - tMult: How many times longer each cycle is than the one before.
  ///   - etaMin: The rate that a cycle ends with.
  /// - Throws: `TensorError.argument` for a `t0` or a `tMult` below 1.
  public init(_ optimizer: any Optimizer, t0: Int, tMult: Int = 1, etaMin: Double = 0) throws {
    self.t0 = t0
    self.tMult = tMult
    self.etaMin = etaMin
    length = t0
    super.init(optimizer)
    try require("a t0", t0, atLeast: 1)
    try require("a tMult", tMult, atLeast: 1)
    try start()
  }

  override func epochChanged() {
    if epoch == 0 {
      (position, length) = (0, t0)
      return
    }
    position += 1
    if position >= length {
      position = 0
      let (product, overflows) = length.multipliedReportingOverflow(by: tMult)
      length = overflows ? .max : product
    }
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    etaMin + (baseRates[group] - etaMin) * (1 + cos(.pi * Double(position) / Double(length))) / 2
  }

  override func initialRate(_ group: Int, _ last: Double) throws -> Double {
    try rate(group, last)
  }

  override func saveExtraState(to dictionary: inout TensorDictionary) {
    dictionary["T_cur"] = .full([], position, dtype: .int64)
    dictionary["T_i"] = .full([], length, dtype: .int64)
  }

  override func loadExtraState(from reader: StateReader) -> () -> Void {
    var (position, length) = (position, length)
    reader.read("T_cur", into: &position)
    reader.read("T_i", into: &length)
    return { (self.position, self.length) = (position, length) }
  }
}
