/// A weight in the layout that oneDNN prefers, kept with the weight until that changes.
///
/// Made at the second use of an unchanged weight: one that is trained changes after every use, and
/// costs no second copy.
final class PackedWeight: DerivedData, @unchecked Sendable {
  /// Which operation on which shapes the weight is packed for.
  enum Use: Hashable, Sendable {
    case convolution(OneDNN.ConvolutionKey)
    case matmul(OneDNN.MatmulKey)
  }

  /// How many uses one weight is packed for; others take it as it is.
  private static let limit = 32

  private let use: Use
  /// Nil at the first use.
  private let packed: (elements: Buffer, layout: PackedLayout)?

  private init(_ use: Use, _ packed: (elements: Buffer, layout: PackedLayout)?) {
    self.use = use
    self.packed = packed
  }

  /// The packed form of `weight`, or nil if it is to be used as it is.
  ///
  /// - Parameter makeLayout: what the use wants, given how the weight lies.
  static func of(
    _ weight: Buffer, for use: Use, _ makeLayout: () throws -> PackedLayout
  ) throws -> Buffer? {
    guard let found = weight.derived.first(PackedWeight.self, where: { $0.use == use }) else {
      if weight.derived.count < 2 * limit { weight.derived.add(PackedWeight(use, nil)) }
      return nil
    }
    if let packed = found.packed { return packed.elements }
    let layout = try makeLayout()
    let elements: Buffer
    if let same = weight.derived.first(PackedWeight.self, where: { $0.packed?.layout == layout }),
      let packed = same.packed
    {
      elements = packed.elements
    } else {
      elements = try Buffer(
        Dims([(layout.byteCount + 3) / 4], operation: "packed weight"), .float32, weight.device)
      try layout.pack(weight.floats, into: elements.mutableFloats)
    }
    weight.derived.add(PackedWeight(use, (elements, layout)))
    return elements
  }

  /// For a pass of a convolution with the contiguous `weight`.
  static func of(
    _ weight: Buffer, _ shape: ConvolutionShape, _ pass: ConvolutionPass
  ) throws -> Buffer? {
    let key = OneDNN.ConvolutionKey(
      shape: shape, pass: pass, bias: false, activation: .none, packed: true)
    return try of(weight, for: .convolution(key)) { try OneDNN.packedLayout(shape, for: pass) }
  }

  /// For a product and a bias with `weight` as the shape's `b`.
  static func of(_ weight: Buffer, _ shape: MatmulShape) throws -> Buffer? {
    guard shape.canUsePacked else { return nil }
    let key = OneDNN.MatmulKey(shape: shape, bias: true, activation: .none, packed: true)
    return try of(weight, for: .matmul(key)) { try OneDNN.packedLayout(shape) }
  }
}
