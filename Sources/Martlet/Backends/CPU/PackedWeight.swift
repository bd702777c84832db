/// A convolution's weight in the layout that oneDNN prefers, kept with the weight until that
/// changes.
///
/// Made at the second use of an unchanged weight: one that is trained changes after every use, and
/// costs no second copy.
final class PackedWeight: DerivedData, @unchecked Sendable {
  /// How many shapes of inputs one weight is packed for; more use it as it is.
  private static let limit = 32

  private let key: OneDNN.ConvolutionKey
  /// Nil at the first use.
  private let packed: (elements: Buffer, layout: PackedLayout)?

  private init(
    _ key: OneDNN.ConvolutionKey, _ packed: (elements: Buffer, layout: PackedLayout)?
  ) {
    self.key = key
    self.packed = packed
  }

  /// The packed form of `weight`, which is contiguous, or nil if it is to be used as it is.
  static func of(
    _ weight: Buffer, _ shape: ConvolutionShape, _ pass: ConvolutionPass
  ) throws -> Buffer? {
    let key = OneDNN.ConvolutionKey(
      shape: shape, pass: pass, bias: false, activation: .none, packed: true)
    guard let found = weight.derived.first(PackedWeight.self, where: { $0.key == key }) else {
      if weight.derived.count < 2 * limit { weight.derived.add(PackedWeight(key, nil)) }
      return nil
    }
    if let packed = found.packed { return packed.elements }
    let layout = try OneDNN.packedLayout(shape, for: pass)
    let elements: Buffer
    if let same = weight.derived.first(PackedWeight.self, where: { $0.packed?.layout == layout }),
      let packed = same.packed
    {
      elements = packed.elements
    } else {
      elements = try Buffer(
        Dims([(layout.byteCount + 3) / 4], operation: "convolution"), .float32, weight.device)
      try layout.pack(weight.floats, into: elements.mutableFloats)
    }
    weight.derived.add(PackedWeight(key, (elements, layout)))
    return elements
  }
}
