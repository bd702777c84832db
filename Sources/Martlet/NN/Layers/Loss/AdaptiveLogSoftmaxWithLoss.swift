/// An approximate softmax over many classes, of which the frequent ones come first: the head
/// decides between those of a short list and clusters of the others, which have smaller layers of
/// their own.
///
/// Grave et al., "Efficient softmax approximation for GPUs", 2017.
///
///     let output = AdaptiveLogSoftmaxWithLoss(64, 10_000, cutoffs: [100, 1000])
///     try output(hidden, tokens).loss.backward()
public final class AdaptiveLogSoftmaxWithLoss: Module {
  /// The log-probability of each target, `[N]`, and minus their mean.
  public typealias Output = (logProbabilities: Tensor, loss: Tensor)

  /// Gives logits for the short list and the clusters.
  public let head: Linear
  /// Gives logits for the classes of each cluster, by way of a smaller size.
  public let tail: ModuleList<Sequential>
  /// The first class of each cluster, and the number of classes.
  public let cutoffs: [Int]

  /// A layer for `classes` classes.
  ///
  /// - Parameters:
  ///   - inFeatures: The last size of the input.
  ///   - classes: The number of classes.
  ///   - cutoffs: The first class of each cluster, rising and between 0 and `classes`.
  ///   - divisor: How much smaller the inner size of each cluster is than that of the one before.
  ///   - headBias: Whether the head has a bias.
  public init(
    _ inFeatures: Int, _ classes: Int, cutoffs: [Int], divisor: Double = 4, headBias: Bool = false
  ) {
    var arguments = LayerArguments("AdaptiveLogSoftmaxWithLoss")
    let isRising = zip(cutoffs, cutoffs.dropFirst() + [classes]).allSatisfy { $0 < $1 }
    arguments.require(
      !cutoffs.isEmpty && cutoffs[0] > 0 && isRising,
      "cutoffs \(cutoffs) do not rise between 0 and \(classes)")
    arguments.require("inFeatures", inFeatures, atLeast: 0)
    arguments.require(
      divisor > 0 && divisor.isFinite, "the divisor must be positive, not \(divisor)")
    self.cutoffs = cutoffs + [classes]
    let (rows, overflow) = (cutoffs.first ?? 0).addingReportingOverflow(cutoffs.count)
    arguments.require(!overflow, "cutoffs \(cutoffs) are too great")
    head = Linear(arguments, inFeatures, rows, bias: headBias)
    var inner = Double(inFeatures)
    tail = ModuleList(
      zip(cutoffs, cutoffs.dropFirst() + [classes]).map { low, high in
        inner /= divisor
        let width = Int(exactly: inner.rounded(.down)) ?? -1
        return Sequential(
          Linear(arguments, inFeatures, width, bias: false),
          Linear(arguments, width, high &- low, bias: false))
      })
  }

  /// The log-probabilities of targets, int64 `[N]` or `[]`, given inputs `[N, in]` or `[in]`, and
  /// the loss.
  ///
  /// - Throws: `TensorError.index` for a target that is no class.
  public func forward(_ input: (Tensor, Tensor)) throws -> Output {
    let name = layerName
    let (x, target) = input
    if x.rank == 1, target.rank == 0 {
      let (single, loss) = try forward((x.unsqueezed(0), target.unsqueezed(0)))
      return (try single.squeeze(0), loss)
    }
    guard x.rank == 2, target.rank == 1, x.shape[0] == target.shape[0] else {
      throw TensorError.shape(
        operation: name, shapes: [x.shape, target.shape], reason: "needs [N, in] and [N]")
    }
    let labels = try x.checkedIndex(target, name)
    try requireClasses(labels)
    let shortlist = cutoffs[0]
    let headLogs = try head(x).logSoftmax(dim: 1)
    // Labels of the short list as they are, those of a cluster as the cluster's.
    var places = labels
    var tails: Tensor?
    for (i, layer) in tail.enumerated() {
      let isInside = try (labels .>= cutoffs[i]).logicalAnd(labels .< cutoffs[i + 1])
      let rows = try isInside.nonzero().squeeze(1)
      if rows.count == 0 { continue }
      places = try places.filled(shortlist + i, where: isInside)
      let logs = try layer(x.indexSelect(0, rows)).logSoftmax(dim: 1)
      let own = try logs.gather(1, (labels.indexSelect(0, rows) - cutoffs[i]).unsqueezed(1))
      let base = try tails ?? headLogs.select(1, 0).zerosLike()
      tails = try base.indexCopy(0, rows, own.squeeze(1))
    }
    let heads = try headLogs.gather(1, places.unsqueezed(1)).squeeze(1)
    let result = try tails.map { try heads + $0 } ?? heads
    return (result, try -result.mean())
  }

  /// The log-probabilities of all classes, `[N, classes]`, given inputs `[N, in]`.
  ///
  ///     let logs = try output.logProbabilities(hidden)
  public func logProbabilities(_ x: Tensor) throws -> Tensor {
    let shortlist = cutoffs[0]
    let headLogs = try head(x).logSoftmax(dim: 1)
    var parts = [try headLogs.narrow(1, start: 0, length: shortlist)]
    for (i, layer) in tail.enumerated() {
      parts.append(
        try layer(x).logSoftmax(dim: 1) + headLogs.select(1, shortlist + i).unsqueezed(1))
    }
    return try cat(parts, dim: 1)
  }

  /// The likeliest class of each input, int64 `[N]`, given inputs `[N, in]`.
  ///
  ///     let tokens = try output.predict(hidden)
  public func predict(_ x: Tensor) throws -> Tensor { try logProbabilities(x).argmax(1) }

  private func requireClasses(_ labels: Tensor) throws {
    guard labels.count > 0, let classes = cutoffs.last else { return }
    let (least, greatest) = (
      try labels.min().item(Int.self), try labels.max().item(Int.self)
    )
    guard least >= 0, greatest < classes else {
      throw TensorError.index(
        operation: layerName, index: least < 0 ? least : greatest, size: classes, dim: 0)
    }
  }
}
