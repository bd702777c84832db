/// `ReflectionPad` of `[N, C, L]` or `[C, L]`.
public typealias ReflectionPad1d = ReflectionPad<Spatial1>
/// `ReflectionPad` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias ReflectionPad2d = ReflectionPad<Spatial2>
/// `ReflectionPad` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias ReflectionPad3d = ReflectionPad<Spatial3>

/// Puts the elements mirrored at the edge around the input; the edge itself is not repeated.
///
///     let net = Sequential(ReflectionPad2d(1), Conv2d(3, 8, kernelSize: 3))
public final class ReflectionPad<Rank: SpatialRank>: PaddingLayer<Rank>, @unchecked Sendable {
  /// A layer with one amount for all edges, or pairs of them from the last dimension on.
  public init(_ padding: any SpatialConvertible) {
    super.init("ReflectionPad", padding, .reflect)
  }
}

/// `ReplicationPad` of `[N, C, L]` or `[C, L]`.
public typealias ReplicationPad1d = ReplicationPad<Spatial1>
/// `ReplicationPad` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias ReplicationPad2d = ReplicationPad<Spatial2>
/// `ReplicationPad` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias ReplicationPad3d = ReplicationPad<Spatial3>

/// Puts the edge's elements around the input.
///
///     let net = Sequential(ReplicationPad2d([1, 1, 0, 0]), Conv2d(3, 8, kernelSize: 3))
public final class ReplicationPad<Rank: SpatialRank>: PaddingLayer<Rank>, @unchecked Sendable {
  /// A layer with one amount for all edges, or pairs of them from the last dimension on.
  public init(_ padding: any SpatialConvertible) {
    super.init("ReplicationPad", padding, .replicate)
  }
}

/// `CircularPad` of `[N, C, L]` or `[C, L]`.
public typealias CircularPad1d = CircularPad<Spatial1>
/// `CircularPad` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias CircularPad2d = CircularPad<Spatial2>
/// `CircularPad` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias CircularPad3d = CircularPad<Spatial3>

/// Puts the elements of the opposite edges around the input.
///
///     let net = Sequential(CircularPad2d(1), Conv2d(3, 8, kernelSize: 3))
public final class CircularPad<Rank: SpatialRank>: PaddingLayer<Rank>, @unchecked Sendable {
  /// A layer with one amount for all edges, or pairs of them from the last dimension on.
  public init(_ padding: any SpatialConvertible) {
    super.init("CircularPad", padding, .circular)
  }
}

/// `ZeroPad` of `[N, C, L]` or `[C, L]`.
public typealias ZeroPad1d = ZeroPad<Spatial1>
/// `ZeroPad` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias ZeroPad2d = ZeroPad<Spatial2>
/// `ZeroPad` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias ZeroPad3d = ZeroPad<Spatial3>

/// Puts zeros around the input.
///
///     let net = Sequential(ZeroPad2d(1), Conv2d(3, 8, kernelSize: 3))
public final class ZeroPad<Rank: SpatialRank>: PaddingLayer<Rank>, @unchecked Sendable {
  /// A layer with one amount for all edges, or pairs of them from the last dimension on.
  public init(_ padding: any SpatialConvertible) {
    super.init("ZeroPad", padding, .constant)
  }
}

/// `ConstantPad` of `[N, C, L]` or `[C, L]`.
public typealias ConstantPad1d = ConstantPad<Spatial1>
/// `ConstantPad` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias ConstantPad2d = ConstantPad<Spatial2>
/// `ConstantPad` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias ConstantPad3d = ConstantPad<Spatial3>

/// Puts a number around the input.
///
///     let net = Sequential(ConstantPad2d(1, value: -1), Conv2d(3, 8, kernelSize: 3))
public final class ConstantPad<Rank: SpatialRank>: PaddingLayer<Rank>, @unchecked Sendable {
  /// The number.
  public let value: Double

  /// A layer with one amount for all edges, or pairs of them from the last dimension on.
  public init(_ padding: any SpatialConvertible, value: Double) {
    self.value = value
    super.init("ConstantPad", padding, .constant, value: value)
  }

  /// The amounts and the number, as PyTorch prints them.
  public override var extraDescription: String {
    "padding=\(padding.tuple), value=\(value.literal)"
  }
}
