/// One part of an index, as between the brackets of `x[0, 1..., .newAxis, mask]`.
public struct TensorIndex: Sendable {
  enum Kind: Sendable {
    case at(Int)
    case slice(from: Int?, to: Int?, step: Int)
    case newAxis
    case ellipsis
    case tensor(Tensor)
    case list([Int])
  }

  let kind: Kind
}

/// What can stand in an index: an integer, a range, an array of integers, an index tensor, a mask,
/// `.newAxis`, `.ellipsis`, `.all` or `.slice(from:to:by:)`. Negative positions count from the end.
public protocol TensorIndexConvertible {
  /// The part of an index that it stands for.
  var tensorIndex: TensorIndex { get }
}

extension TensorIndex: TensorIndexConvertible {
  /// The part itself.
  public var tensorIndex: TensorIndex { self }
}
extension Int: TensorIndexConvertible {
  /// One position, whose dimension disappears.
  public var tensorIndex: TensorIndex { TensorIndex(kind: .at(self)) }
}
extension Range<Int>: TensorIndexConvertible {
  /// Positions `a..<b`.
  public var tensorIndex: TensorIndex {
    TensorIndex(kind: .slice(from: lowerBound, to: upperBound, step: 1))
  }
}
extension ClosedRange<Int>: TensorIndexConvertible {
  /// Positions `a...b`.
  public var tensorIndex: TensorIndex {
    // The last position, -1, is followed by the end, not by 0.
    TensorIndex(kind: .slice(from: lowerBound, to: upperBound.following, step: 1))
  }
}
extension PartialRangeFrom<Int>: TensorIndexConvertible {
  /// Positions `a...`, to the end.
  public var tensorIndex: TensorIndex {
    TensorIndex(kind: .slice(from: lowerBound, to: nil, step: 1))
  }
}
extension PartialRangeUpTo<Int>: TensorIndexConvertible {
  /// Positions `..<b`, from the start.
  public var tensorIndex: TensorIndex {
    TensorIndex(kind: .slice(from: nil, to: upperBound, step: 1))
  }
}
extension PartialRangeThrough<Int>: TensorIndexConvertible {
  /// Positions `...b`, from the start.
  public var tensorIndex: TensorIndex {
    TensorIndex(kind: .slice(from: nil, to: upperBound.following, step: 1))
  }
}
extension [Int]: TensorIndexConvertible {
  /// The positions in a list, in its order.
  public var tensorIndex: TensorIndex { TensorIndex(kind: .list(self)) }
}
extension Tensor: TensorIndexConvertible {
  /// The positions in an integer tensor, or those where a bool tensor is true.
  public var tensorIndex: TensorIndex { TensorIndex(kind: .tensor(self)) }
}

extension Int {
  fileprivate var following: Int? { self == -1 || self == .max ? nil : self + 1 }
}

extension TensorIndexConvertible where Self == TensorIndex {
  /// A new dimension of size 1.
  public static var newAxis: TensorIndex { TensorIndex(kind: .newAxis) }
  /// As many whole dimensions as are not indexed by the others.
  public static var ellipsis: TensorIndex { TensorIndex(kind: .ellipsis) }
  /// A whole dimension.
  public static var all: TensorIndex { TensorIndex(kind: .slice(from: nil, to: nil, step: 1)) }

  /// Positions `from`, `from + by`, ... before `to` (after it, if `by` is negative). Left out
  /// bounds are the ends; what lies outside is cut off, as in Python.
  ///
  ///     let evens = try x[.slice(from: 0, by: 2)].sum()
  public static func slice(from: Int? = nil, to: Int? = nil, by step: Int = 1) -> TensorIndex {
    TensorIndex(kind: .slice(from: from, to: to, step: step))
  }
}
