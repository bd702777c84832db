/// The cross entropy of a linear layer's results, which it contains: x `[N, in]` or `[in]`, targets
/// `[N]`, or `[N, d...]` with results for each of d..., or probabilities with the classes in
/// dimension 1.
///
///     let loss = LinearCrossEntropyLoss(64, 10_000)
///     try loss(hidden, tokens).backward()
public final class LinearCrossEntropyLoss: Module, Sendable {
  /// The layer that gives the logits, with a row of its weight for each class and each of d....
  public let linear: Linear
  /// A weight for each class, `[C]`; a buffer `weight`.
  public let weight: ModuleBuffer?
  /// The number of classes.
  public let classes: Int
  /// The sizes d....
  public let outFeatures: [Int]
  /// Elements with this label have loss 0 and do not count in the mean.
  public let ignoreIndex: Int?
  /// How much of the target is spread evenly over all classes, from 0 to 1.
  public let labelSmoothing: Double
  /// How the losses of single elements become the result.
  public let reduction: LossReduction

  /// A loss of `classes` classes.
  ///
  /// - Parameters:
  ///   - inFeatures: The last size of the input.
  ///   - classes: The number of classes.
  ///   - outFeatures: The sizes d... of which each has results of its own.
  ///   - bias: Whether the linear layer has a bias.
  ///   - weight: A weight for each class, `[C]`.
  ///   - ignoreIndex: Elements with this label have loss 0 and do not count in the mean.
  ///   - reduction: How the losses of single elements become the result.
  ///   - labelSmoothing: How much of the target is spread evenly over all classes, from 0 to 1.
  public init(
    _ inFeatures: Int, _ classes: Int, outFeatures: [Int] = [], bias: Bool = false,
    weight: Tensor? = nil, ignoreIndex: Int? = nil, reduction: LossReduction = .mean,
    labelSmoothing: Double = 0
  ) {
    var arguments = LayerArguments("LinearCrossEntropyLoss")
    arguments.require("classes", classes, atLeast: 0)
    arguments.require(
      labelSmoothing >= 0 && labelSmoothing <= 1,
      "labelSmoothing must be from 0 to 1, not \(labelSmoothing)")
    if let weight {
      arguments.require(
        weight.shape == [classes],
        "the weight needs one element for each of \(classes) classes, not \(weight.shape)")
    }
    var rows = classes
    for size in outFeatures {
      let (product, overflow) = rows.multipliedReportingOverflow(by: size)
      arguments.require(
        size >= 0 && !overflow, "outFeatures \(outFeatures) are negative or too many")
      rows = product
    }
    linear = Linear(arguments, inFeatures, rows, bias: bias)
    self.weight = weight.map { ModuleBuffer(wrappedValue: $0, "weight") }
    self.classes = classes
    self.outFeatures = outFeatures
    self.ignoreIndex = ignoreIndex
    self.labelSmoothing = labelSmoothing
    self.reduction = reduction
  }

  /// The loss of an input and its target.
  public func forward(_ input: (Tensor, Tensor)) throws -> Tensor {
    let (x, target) = input
    let shape = [classes] + outFeatures
    return try linearCrossEntropy(
      x, linear.weight.value.reshape(shape + [linear.inFeatures]), target,
      linearBias: linear.bias?.value.reshape(shape), weight: weight?.value,
      ignoreIndex: ignoreIndex ?? -100, reduction: reduction, labelSmoothing: labelSmoothing)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "in_features=\(linear.inFeatures), num_classes=\(classes), out_features=\(outFeatures.tuple)"
      + ", bias=\((linear.bias != nil).literal), reduction=\(reduction)"
      + ", ignore_index=\(ignoreIndex.literal), label_smoothing=\(labelSmoothing.literal)"
      + ", options=None"
  }
}
