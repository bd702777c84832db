import Testing

@testable import Martlet

@Suite struct OrthogonalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let map: OrthogonalMap
    /// What PyTorch 2.15 makes of `x`, and the gradient of its sum weighed with cosines.
    let value: [[Double]]
    let gradient: [[Double]]
    var testDescription: String { "\(map)" }
  }

  static let x = [[0.5, -1, 2], [1.5, 0.25, -0.5], [-2, 1, -0.75], [0.3, 0.6, -1.2]]
  static let cases: [Case] = [
    Case(
      map: .matrixExp,
      value: [
        [-0.3846626794712463, 0.3009851446223549, 0.46364122107308525],
        [0.4924008302661246, 0.21037680169511308, 0.7817081760654985],
        [0.3471818082085475, 0.839937882497767, -0.406458997462688],
        [0.6993145482715739, -0.3995671377507953, -0.09359609487493165],
      ],
      gradient: [
        [0, 0, 0], [1.3584834484460864, 0, 0], [-0.38711989371673416, 1.1737411910996043, 0],
        [0.3205486389977459, 0.23181804100733455, -0.9833322618425506],
      ]),
    Case(
      map: .cayley,
      value: [
        [0.033238366571699984, -0.20664767331433986, 0.87673314339981],
        [0.7597340930674265, 0.44805318138651473, 0.2681861348528015],
        [-0.31149097815764476, 0.862298195631529, 0.018043684710351355],
        [0.5698005698005697, -0.11396011396011395, -0.39886039886039887],
      ],
      gradient: [
        [0, 0, 0], [0.26338067430028184, 0, 0], [0.47672901083243224, 0.7662159245962963, 0],
        [-0.0923567788876409, -0.19581610980868197, -0.4800769304169676],
      ]),
    Case(
      map: .householder,
      value: [
        [0.7275204359673024, 0.4826121091765576, -0.03906625591577436],
        [-0.40871934604904636, 0.5713757908834806, -0.7115585391945841],
        [0.5449591280653951, -0.11776659123447109, -0.3944987746369148],
        [-0.08174386920980926, 0.6532582090241537, 0.5801111874097634],
      ],
      gradient: [
        [0, 0, 0], [0.04585356966337828, 0, 0], [0.4674978148752738, 0.10492274319602918, 0],
        [0.12734040039224173, -0.3729187975579567, 0.0833966330003199],
      ]),
  ]

  private func layer(_ inputs: Int, _ outputs: Int) throws -> Linear {
    let layer = Linear(inputs, outputs, bias: false)
    try layer.to(dtype: .float64)
    return layer
  }

  private func isOrthogonal(_ x: Tensor) throws -> Bool {
    let tall = x.shape[x.rank - 2] < x.shape[x.rank - 1] ? try x.mT : x
    let eye = Tensor.eye(tall.shape[tall.rank - 1], dtype: x.dtype)
    let product = try tall.mT.matmul(tall)
    return try product.allClose(eye.expanded(product.shape), atol: 1e-12)
  }

  @Test(arguments: cases, [false, true]) func values(_ example: Case, _ isWide: Bool) throws {
    func turned(_ x: Tensor) throws -> Tensor { isWide ? try x.t() : x }
    var x = try Tensor(Self.x, dtype: .float64)
    if example.map == .householder {
      let signs = try Tensor([1.0, -1, 1], dtype: .float64)
      x = try x.tril(-1) + x.triu(1) + Tensor.eye(4, 3, dtype: .float64) * signs
    }
    let layer = try isWide ? layer(4, 3) : layer(3, 4)
    try orthogonal(layer, map: example.map, useTrivialization: false)
    #expect(layer.stateDict().names == ["parametrizations.weight.original"])
    let original = try #require(layer.weight.parametrizations?.originals.first)
    original.value = try turned(x)
    let weight = layer.weight.value
    #expect(try weight.agrees(with: turned(Tensor(example.value, dtype: .float64))))
    #expect(try isOrthogonal(weight.detached()))
    let factors = try Tensor.arange(12, dtype: .float64).reshape(4, 3).cos()
    try (weight * turned(factors)).sum().backward()
    let gradient = try #require(original.grad)
    #expect(try gradient.agrees(with: turned(Tensor(example.gradient, dtype: .float64))))
  }

  /// With trivialization training starts from the orthogonal matrix nearest in the sense of QR,
  /// whose columns that are orthonormal already stay.
  @Test(arguments: [OrthogonalMap.matrixExp, .cayley, .householder], [[4, 4], [5, 3], [3, 5]])
  func trivialization(_ map: OrthogonalMap, _ shape: [Int]) throws {
    let layer = try layer(shape[1], shape[0])
    layer.weight.value = try Initializer.orthogonal().tensor(shape, dtype: .float64)
    let before = layer.weight.value.detached()
    try orthogonal(layer, map: map)
    #expect(
      layer.stateDict().names
        == ["parametrizations.weight.original", "parametrizations.weight.0.base"])
    #expect(try layer.weight.value.detached().agrees(with: before))
    #expect(layer.weight.parametrizations?.originals[0].value.shape == shape)
    // Training stays on the manifold.
    let optimizer = try SGD(layer.parameters(), learningRate: 0.3)
    for _ in 0..<3 {
      optimizer.zeroGrad()
      try layer(numbers(anywhere, [2, shape[1]])).sin().sum().backward()
      try optimizer.step()
    }
    let trained = layer.weight.value.detached()
    #expect(try isOrthogonal(trained) && !trained.allClose(before, atol: 1e-3))
    let other = try orthogonal(try self.layer(shape[1], shape[0]), map: map)
    try other.load(stateDict: layer.stateDict())
    #expect(try other.weight.value.detached().agrees(with: trained))
    // An assigned matrix that is not orthogonal becomes its Q.
    layer.weight.value = try before * 2
    #expect(try layer.weight.value.detached().agrees(with: before))
  }

  @Test func householderFindsTheWayBack() throws {
    for shape in [[4, 4], [5, 3], [3, 5], [2, 5, 3]] {
      let module = Bilinear(shape[shape.count - 2], shape[shape.count - 1], 1)
      module.weight.value = try numbers(anywhere, shape.count == 3 ? shape : [1] + shape)
      try orthogonal(module, map: .householder, useTrivialization: false)
      let weight = module.weight.value.detached()
      #expect(try isOrthogonal(weight))
      module.weight.value = weight
      #expect(try module.weight.value.detached().agrees(with: weight))
    }
  }

  @Test func defaultMaps() throws {
    #expect(
      try orthogonal(layer(20, 40)).description == """
        ParametrizedLinear(
          in_features=20, out_features=40, bias=False
          (parametrizations): ModuleDict(
            (weight): ParametrizationList(
              (0): _Orthogonal()
            )
          )
        )
        """)
    // Kernels are matrices, one for each pair of channels; and these are square.
    let kernels = try orthogonal(Conv2d(2, 3, kernelSize: 3))
    #expect(kernels.stateDict()["parametrizations.weight.0.base"]?.shape == [3, 2, 3, 3])
    let products = try kernels.weight.value.mT.matmul(kernels.weight.value)
    #expect(try products.allClose(Tensor.eye(3).expanded([3, 2, 3, 3]), atol: 1e-5))
  }

  @Test func errors() throws {
    #expect(
      errorText { try orthogonal(Linear(2, 2), "bias") }
        == "orthogonal: a tensor of 1 dimension, expected at least 2")
    let layer = try orthogonal(Linear(2, 2), map: .cayley, useTrivialization: false)
    layer.weight.value = Tensor.eye(2)
    #expect(
      errorText { try layer(Tensor.ones([1, 2])) }.contains(
        "orthogonal: without trivialization there is no way back"))
    layer.weight.parametrizations?.originals[0].value = Tensor.ones([2])
    #expect(
      errorText { try layer(Tensor.ones([1, 2])) }.contains("a tensor of 1 dimension"))
  }
}
