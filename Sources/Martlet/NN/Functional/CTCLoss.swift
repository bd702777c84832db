/// The negative log-likelihood of label sequences under all ways of aligning them with time steps:
/// connectionist temporal classification (Graves et al., 2006).
///
///     let loss = try ctcLoss(
///       logits.logSoftmax(dim: 2), labels, inputLengths: Tensor([50, 42]),
///       targetLengths: Tensor([9, 7]))
///
/// - Parameters:
///   - logProbs: Log-probabilities `[T, N, C]` of the classes at every time step, or `[T, C]`.
///   - targets: Labels, int64: `[N, S]`, filled up at the end with anything, or one sequence after
///     another in one list. No label is the blank.
///   - inputLengths: How many time steps count, int64 `[N]`, or `[]` without a batch.
///   - targetLengths: How many labels count, likewise.
///   - blank: The class of no label.
///   - reduction: The mean divides each loss by its number of labels first.
///   - zeroInfinity: Whether labels that cannot be aligned cost nothing rather than infinitely
///     much.
/// - Throws: `TensorError.argument` for a length that does not fit, `TensorError.index` for a label
///   that is not a class.
public func ctcLoss(
  _ logProbs: Tensor, _ targets: Tensor, inputLengths: Tensor, targetLengths: Tensor,
  blank: Int = 0, reduction: LossReduction = .mean, zeroInfinity: Bool = false
) throws -> Tensor {
  let logProbs = try Autocast.full(logProbs)
  let name = "ctcLoss"
  try requireDevice(logProbs, targets, inputLengths, targetLengths, operation: name)
  if logProbs.rank == 2 {
    let loss = try ctcLoss(
      logProbs.unsqueezed(1), targets.flatten(), inputLengths: inputLengths.flatten(),
      targetLengths: targetLengths.flatten(), blank: blank, reduction: reduction,
      zeroInfinity: zeroInfinity)
    return loss.rank == 1 ? try loss.squeeze(0) : loss
  }
  try logProbs.requireFloatingPoint(name)
  guard logProbs.rank == 3, logProbs.count > 0 else {
    throw TensorError.shape(
      operation: name, shapes: [logProbs.shape], reason: "needs [T, N, C] or [T, C], not empty")
  }
  let (steps, batch, classes) = (logProbs.sizes[0], logProbs.sizes[1], logProbs.sizes[2])
  guard blank >= 0, blank < classes else {
    throw TensorError.index(operation: name, index: blank, size: classes, dim: 2)
  }
  let times = try lengths(name, "input", inputLengths, batch, atMost: steps)
  let counts = try lengths(name, "target", targetLengths, batch, atMost: targets.count)
  let labels = try labelRows(name, targets, counts)
  // A blank before, between and after the labels.
  let width = 2 * labels.sizes[1] + 1
  let blanks = try labels.zerosLike() + blank
  let spaced = try cat(
    [
      stack([blanks, labels], dim: 2).reshape([batch, width - 1]), blanks.fullRow(blank),
    ], dim: 1)

  let emitted = try logProbs.gather(
    2, spaced.unsqueezed(0).expanded([steps, batch, width])
  ).unbind(0)
  let positions = Tensor.arange(width, device: logProbs.device)
  let blocked = try canSkip(spaced, blank).logicalNot()
  let never = -Double.infinity
  let ends = try inputLengths.to(.int64).reshape([batch, 1])
  var alpha = try emitted[0].filled(never, where: positions .>= 2)
  for t in 1..<max(times.max() ?? 1, 1) {
    let one = try alpha.shifted(1, fill: never)
    let two = try alpha.shifted(2, fill: never).filled(never, where: blocked)
    let next = try logSum(alpha, one, two) + emitted[t]
    alpha = try next.where(ends .> t, else: alpha)
  }
  // Alignments end with the last label or the blank behind it.
  let last = try targetLengths.to(.int64).reshape([batch, 1]) * 2
  let end = try alpha.gather(1, last)
  let before = try alpha.gather(1, (last - 1).clamp(min: 0)).filled(never, where: last .== 0)
  var losses = try -logSum(end, before).squeeze(1)
  if logProbs.history != nil {
    // In the derivative the classes of a step are tied by their sum, which stays 1.
    let isPast = try Tensor.arange(steps, device: logProbs.device).unsqueezed(1) .>= ends.squeeze(1)
    let sums = try logProbs.logSumExp(2).filled(0, where: isPast).sum(0)
    losses = try losses + (sums - sums.detached())
  }
  // Without any time only no labels can be told.
  let timeless = try (ends .== 0).squeeze(1)
  losses = try losses.filled(Double.infinity, where: timeless)
  losses = try losses.filled(0, where: timeless.logicalAnd((last .== 0).squeeze(1)))
  if zeroInfinity { losses = try losses.filled(0, where: losses.isPosInf()) }
  guard reduction == .mean else { return try reduction.apply(losses) }
  let sizes = try (last.squeeze(1).to(losses.dtype) / 2).clamp(min: 1)
  return try (losses / sizes).mean()
}

extension Tensor {
  /// Columns moved to the right, and `fill` to the left of them.
  fileprivate func shifted(_ count: Int, fill: Double) throws -> Tensor {
    let count = Swift.min(count, sizes[1])
    return try pad(narrow(1, start: 0, length: sizes[1] - count), [count, 0], value: fill)
  }

  /// One element for each row.
  fileprivate func fullRow(_ value: Int) throws -> Tensor {
    Tensor.full([sizes[0], 1], value, dtype: .int64, device: device)
  }
}

/// `log(exp(x) + ...)`, where what is minus infinity everywhere has a derivative of 0.
private func logSum(_ parts: Tensor...) throws -> Tensor {
  var top = parts[0].detached()
  for part in parts.dropFirst() { top = try top.maximum(part.detached()) }
  let isNever = try top .== -Double.infinity
  top = try top.filled(0, where: isNever)
  var sum: Tensor?
  for part in parts {
    let term = try (part - top).exp()
    sum = try sum.map { try $0 + term } ?? term
  }
  guard let sum else { return top }
  return try (sum.filled(1, where: isNever).log() + top).filled(-Double.infinity, where: isNever)
}

/// Where a label may follow the one before without a blank between them: not after itself.
private func canSkip(_ spaced: Tensor, _ blank: Int) throws -> Tensor {
  let two = try spaced.shifted(2, fill: Double(blank))
  return try (spaced .!= blank).logicalAnd(spaced .!= two)
}

private func lengths(
  _ name: String, _ which: String, _ lengths: Tensor, _ batch: Int, atMost limit: Int
) throws -> [Int] {
  guard lengths.dtype.isInteger, lengths.count == batch, lengths.rank <= 1 else {
    throw TensorError.shape(
      operation: name, shapes: [lengths.shape],
      reason: "the \(which) lengths must be \(batch) integers")
  }
  let list = try lengths.to(.int64).flatten().array(of: Int.self)
  guard list.allSatisfy({ $0 >= 0 && $0 <= limit }) else {
    throw TensorError.argument(
      operation: name, reason: "the \(which) lengths \(list) must be 0 to \(limit)")
  }
  return list
}

/// Labels as `[N, S]`, filled up with zeros.
private func labelRows(_ name: String, _ targets: Tensor, _ counts: [Int]) throws -> Tensor {
  guard targets.dtype.isInteger, targets.rank == 1 || targets.rank == 2 else {
    throw TensorError.dtype(
      operation: name, dtypes: [targets.dtype], reason: "targets are integers, [N, S] or a list")
  }
  let width = counts.max() ?? 0
  let batch = counts.count
  // How far each row's labels lie from the beginning.
  var starts: [Int] = []
  var total = 0
  for count in counts {
    starts.append(total)
    total += targets.rank == 2 ? targets.sizes[1] : count
  }
  let fits =
    targets.rank == 2
    ? targets.sizes[0] == batch && width <= targets.sizes[1] : total == targets.count
  guard fits else {
    throw TensorError.shape(
      operation: name, shapes: [targets.shape],
      reason: "the targets do not have the lengths \(counts)")
  }
  let places = (0..<batch).flatMap { row in
    (0..<width).map { $0 < counts[row] ? starts[row] + $0 : -1 }
  }
  let list = try Tensor(places, shape: [batch, width])
  let isNone = try list .< 0
  if targets.count == 0 { return try list.zerosLike() }
  return try targets.to(.int64).flatten().take(list.filled(0, where: isNone)).filled(
    0, where: isNone)
}
