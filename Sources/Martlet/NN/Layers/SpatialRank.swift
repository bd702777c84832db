/// How many spatial dimensions the inputs of a layer have, as a type: the layers of a family are
/// one class with this parameter.
public protocol SpatialRank: Sendable {
  /// The number of spatial dimensions.
  static var rank: Int { get }
}

/// One spatial dimension: `[N, C, L]`.
public enum Spatial1: SpatialRank {
  /// 1
  public static var rank: Int { 1 }
}

/// Two spatial dimensions: `[N, C, H, W]`.
public enum Spatial2: SpatialRank {
  /// 2
  public static var rank: Int { 2 }
}

/// Three spatial dimensions: `[N, C, D, H, W]`.
public enum Spatial3: SpatialRank {
  /// 3
  public static var rank: Int { 3 }
}
