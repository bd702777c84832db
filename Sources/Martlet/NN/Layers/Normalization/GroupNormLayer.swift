/// Brings groups of channels to mean 0 and variance 1 for each element of the batch, then scales
/// and shifts: `[N, C, ...]`.
///
/// Wu, He, "Group Normalization", 2018.
///
///     let norm = GroupNorm(4, 64)
public final class GroupNorm: Module, Sendable {
  /// What normalized channels are multiplied by, `[C]`; nil without `affine`. Ones at first.
  public let weight: Parameter?
  /// What is added after that, `[C]`; nil without `affine` and `bias`. Zeros at first.
  public let bias: Parameter?
  /// Into how many groups channels are divided.
  public let groups: Int
  /// What is added to variances.
  public let eps: Double
  private let channels: Int

  /// A layer for `channels` channels in `groups` groups, which must divide them.
  ///
  /// - Parameters:
  ///   - groups: The number of groups.
  ///   - channels: The number of channels.
  ///   - eps: Added to variances.
  ///   - affine: Whether the result is scaled and shifted by parameters.
  ///   - bias: Whether it is shifted too.
  public init(
    _ groups: Int, _ channels: Int, eps: Double = 1e-5, affine: Bool = true, bias: Bool = true
  ) {
    var arguments = LayerArguments("GroupNorm")
    arguments.require("the number of groups", groups, atLeast: 1)
    arguments.require("the number of channels", channels, atLeast: 0)
    arguments.require(
      groups > 0 && channels % groups == 0, "\(groups) groups do not divide \(channels) channels")
    weight = affine ? arguments.parameter { Tensor.ones([channels]) } : nil
    self.bias = affine && bias ? arguments.parameter { Tensor.zeros([channels]) } : nil
    self.groups = groups
    self.channels = channels
    self.eps = eps
  }

  /// `groupNorm` of x, in its shape.
  public func forward(_ x: Tensor) throws -> Tensor {
    guard x.rank < 2 || x.sizes[1] == channels else {
      throw TensorError.shape(
        operation: "GroupNorm", shapes: [x.shape], reason: "needs \(channels) channels")
    }
    return try groupNorm(
      x, groups: groups, weight: weight?.value, bias: bias?.value, eps: eps)
  }

  /// The arguments, as PyTorch prints them.
  public var extraDescription: String {
    "\(groups), \(channels), eps=\(eps.literal), affine=\((weight != nil).literal)"
      + ", bias=\((bias != nil).literal)"
  }
}
