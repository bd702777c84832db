import Testing

@testable import Martlet

/// Float32 convolutions take oneDNN, float64 ones our own kernels, which are checked against loops
/// first: both must agree on any geometry, in all three passes.
@Suite(.serialized) struct ConvolutionFloat32Tests {
  struct Geometry: Sendable, CustomTestStringConvertible {
    var x: [Int]
    var weight: [Int]
    var stride: [Int]
    var padding: [Int]
    var dilation: [Int]
    var groups: Int
    var testDescription: String {
      "\(x) \(weight) stride \(stride) padding \(padding) dilation \(dilation) groups \(groups)"
    }

    init(
      _ x: [Int], _ weight: [Int], stride: [Int] = [1], padding: [Int] = [0],
      dilation: [Int] = [1], groups: Int = 1
    ) {
      self.x = x
      self.weight = weight
      self.stride = stride
      self.padding = padding
      self.dilation = dilation
      self.groups = groups
    }

    func apply(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
      switch x.rank {
      case 3:
        try conv1d(
          x, weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
      case 4:
        try conv2d(
          x, weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
      default:
        try conv3d(
          x, weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
      }
    }

    /// Geometries drawn at random, the same in every run.
    static func random(_ count: Int) -> [Geometry] {
      var state: UInt64 = 0x9E37_79B9_7F4A_7C15
      func pick(_ range: ClosedRange<Int>) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return range.lowerBound + Int(state >> 33) % range.count
      }
      return (0..<count).map { _ in
        let rank = [1, 2, 2, 2, 3][pick(0...4)]
        let groups = [1, 1, 1, 2, 3, 4][pick(0...5)]
        let inner = pick(1...5)
        let filters = groups * pick(1...5)
        let kernel = (0..<rank).map { _ in pick(1...(rank == 3 ? 2 : 4)) }
        let stride = (0..<rank).map { _ in pick(1...3) }
        let dilation = (0..<rank).map { _ in pick(1...2) }
        let padding = (0..<rank).map { _ in pick(0...2) }
        let sizes = (0..<rank).map { i in
          max(1, dilation[i] * (kernel[i] - 1) + 1 - 2 * padding[i]) + pick(0...7)
        }
        return Geometry(
          [pick(1...3), groups * inner] + sizes, [filters, inner] + kernel, stride: stride,
          padding: padding, dilation: dilation, groups: groups)
      }
    }
  }

  static let chosen: [Geometry] = [
    Geometry([1, 3, 28, 28], [16, 3, 3, 3]),
    Geometry([4, 16, 14, 14], [32, 16, 3, 3], padding: [1]),
    Geometry([8, 64, 12, 12], [64, 64, 3, 3], padding: [1]),  // Winograd's
    Geometry([2, 3, 33, 33], [8, 3, 7, 7], stride: [2], padding: [3]),
    Geometry([2, 32, 9, 9], [32, 1, 3, 3], padding: [1], groups: 32),
    Geometry([2, 8, 9, 9], [16, 1, 3, 3], groups: 8), Geometry([3, 17, 5, 5], [19, 17, 1, 1]),
    Geometry([2, 4, 1, 1], [4, 4, 1, 1]), Geometry([2, 4, 3, 3], [4, 4, 3, 3], padding: [2]),
    Geometry([1, 1, 100], [1, 1, 9], stride: [4]),
    Geometry([2, 6, 50], [9, 2, 5], padding: [4], dilation: [2], groups: 3),
    Geometry(
      [2, 4, 4, 6, 5], [6, 2, 2, 3, 2], stride: [1, 2, 1], padding: [1, 0, 1], groups: 2),
    Geometry([1, 2, 6, 6], [2, 2, 2, 2], stride: [4, 3]),
    Geometry([1, 2, 20, 3], [2, 2, 2, 3], dilation: [7, 1]),
    Geometry([0, 2, 5, 5], [2, 2, 2, 2]),
  ]

  /// Outputs and the three gradients.
  func passes(_ g: Geometry, _ x: Tensor, _ weight: Tensor, _ bias: Tensor, _ gradient: Tensor)
    throws -> [Tensor]
  {
    let x = try x.detached().requiringGrad()
    let weight = try weight.detached().requiringGrad()
    let bias = try bias.detached().requiringGrad()
    let y = try g.apply(x, weight, bias)
    let found = try gradients(
      of: y, for: [x, weight, bias], gradOutput: gradient.to(y.dtype))
    return [y.detached()] + found.compactMap { $0 }
  }

  @Test(arguments: chosen + Geometry.random(40)) func agree(_ g: Geometry) throws {
    let x = try sample(g.x, 1)
    let weight = try sample(g.weight, 2)
    let bias = try sample([g.weight[0]], 3)
    let shape = try g.apply(x, weight, bias).shape
    let gradient = try sample(shape, 4)
    let expected = try passes(g, x, weight, bias, gradient)
    if g.x.reduce(1, *) * g.weight.reduce(1, *) < 60_000 {
      try expectEqual(expected[0], reference(g, x, weight, bias, shape), tolerance: 1e-12)
    }
    let (a, w, b) = (try x.to(.float32), try weight.to(.float32), try bias.to(.float32))
    let unaligned = try cat([Tensor.ones([1]), a.flatten()])[1...].reshape(g.x)
    let variants: [(String, Tensor, Tensor, Tensor)] = [
      ("plain", a, w, gradient),
      ("channels last", try a.channelsLast(), w, try gradient.channelsLast()),
      ("unaligned", unaligned, w, gradient),
      ("channels-last weight", a, try w.channelsLast(), gradient),
      (
        "permuted", try a.transpose(0, 1).contiguous().transpose(0, 1),
        try w.flip(0).contiguous().flip(0),
        try gradient.transpose(0, -1).contiguous().transpose(0, -1)
      ),
      (
        "slices", try stack([a, a], dim: a.rank)[.ellipsis, 1],
        try stack([w, w], dim: w.rank)[.ellipsis, 1], gradient
      ),
    ]
    for (name, p, q, seed) in variants {
      let got = try passes(g, p, q, b, seed.to(.float32))
      #expect(got.count == 4)
      for (pass, (result, wanted)) in zip(got, expected).enumerated() {
        #expect(result.shape == wanted.shape)
        guard wanted.count > 0 else { continue }
        let scale = max(1, try wanted.abs().amax().item())
        let error = try (result.to(.float64) - wanted).abs().amax().item()
        // Winograd's transform loses some digits.
        #expect(error <= 2e-5 * scale, "\(name), pass \(pass): \(error) of \(scale)")
      }
    }
  }

  func reference(_ g: Geometry, _ x: Tensor, _ weight: Tensor, _ bias: Tensor, _ shape: [Int])
    throws -> Naive
  {
    let rank = g.x.count - 2
    func every(_ values: [Int]) -> [Int] {
      values.count == 1 ? Array(repeating: values[0], count: rank) : values
    }
    let (stride, padding, dilation) = (every(g.stride), every(g.padding), every(g.dilation))
    let (a, w, b) = (try Naive(x), try Naive(weight), try Naive(bias))
    let perGroup = g.weight[0] / g.groups
    return Naive(shape) { p in
      var sum = b[[p[1]]]
      for q in positions(of: Array(g.weight.dropFirst())) {
        var place = [p[0], p[1] / perGroup * g.weight[1] + q[0]]
        for i in 0..<rank {
          place.append(p[i + 2] * stride[i] - padding[i] + q[i + 1] * dilation[i])
        }
        if (0..<rank).allSatisfy({ (0..<g.x[$0 + 2]).contains(place[$0 + 2]) }) {
          sum += a[place] * w[[p[1]] + q]
        }
      }
      return sum
    }
  }
}
