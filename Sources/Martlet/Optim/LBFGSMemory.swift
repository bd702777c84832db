/// What `LBFGS` remembers of past iterations: changes of the gradient and of the parameters, from
/// which it estimates the curvature.
struct LBFGSMemory {
  var iterations = 0
  var evaluations = 0
  /// The last gradient, and the direction and length of the last step.
  var gradient: Tensor?
  var length = 0.0
  private var direction: Tensor?
  private var scale = 1.0
  private var pairs: [(y: Tensor, s: Tensor, inverse: Double)] = []

  init() {}

  /// The direction to step along, by the recursion over two loops. Curvature seen on the last step
  /// is remembered first.
  mutating func direction(_ newGradient: Tensor, historySize: Int) throws -> Tensor {
    guard iterations > 1, let gradient, let last = direction else {
      pairs = []
      scale = 1
      let downhill = try newGradient.neg()
      direction = downhill
      return downhill
    }
    let y = try newGradient - gradient
    let s = try last * length
    let curvature = try y.dot(s).item(Double.self)
    if curvature > 1e-10 {
      if pairs.count >= historySize { pairs.removeFirst() }
      pairs.append((y, s, 1 / curvature))
      scale = curvature / (try y.dot(y).item(Double.self))
    }
    var q = try newGradient.neg()
    var weights: [Double] = []
    for (y, s, inverse) in pairs.reversed() {
      let weight = try s.dot(q).item(Double.self) * inverse
      weights.append(weight)
      q = try q - y * weight
    }
    var r = try q * scale
    for ((y, s, inverse), weight) in zip(pairs, weights.reversed()) {
      r = try r + s * (weight - (try y.dot(r).item(Double.self)) * inverse)
    }
    direction = r
    return r
  }
}

extension LBFGSMemory {
  private static let prefix = "state.0."

  func save(to dictionary: inout TensorDictionary) {
    let prefix = Self.prefix
    if iterations == 0 && evaluations == 0 { return }
    dictionary[prefix + "n_iter"] = .full([], iterations, dtype: .int64)
    dictionary[prefix + "func_evals"] = .full([], evaluations, dtype: .int64)
    dictionary[prefix + "t"] = .full([], length, dtype: .float64)
    dictionary[prefix + "H_diag"] = .full([], scale, dtype: .float64)
    dictionary[prefix + "prev_flat_grad"] = gradient
    dictionary[prefix + "d"] = direction
    if pairs.isEmpty { return }
    dictionary[prefix + "old_dirs"] = .creating(requiresGrad: false) { try stack(pairs.map(\.y)) }
    dictionary[prefix + "old_stps"] = .creating(requiresGrad: false) { try stack(pairs.map(\.s)) }
    dictionary[prefix + "ro"] = .creating(requiresGrad: false) {
      try Tensor(pairs.map(\.inverse), dtype: .float64)
    }
  }

  /// What a state dictionary holds of `count` elements.
  init(_ reader: StateReader, count: Int) {
    let prefix = Self.prefix
    guard reader.contains(prefix + "n_iter") || reader.contains(prefix + "func_evals") else {
      return
    }
    reader.read(prefix + "n_iter", into: &iterations)
    reader.read(prefix + "func_evals", into: &evaluations)
    reader.read(prefix + "t", into: &length)
    reader.read(prefix + "H_diag", into: &scale)
    let hasStepped = iterations > 0
    reader.read(prefix + "prev_flat_grad", shape: [count], isOptional: !hasStepped) {
      gradient = $0.detached()
    }
    reader.read(prefix + "d", shape: [count], isOptional: !hasStepped) { direction = $0.detached() }
    var inverses: [Double] = []
    reader.read(prefix + "ro", shape: nil, isOptional: true) {
      inverses = try $0.array(of: Double.self)
    }
    var (ys, ss): ([Tensor], [Tensor]) = ([], [])
    let shape = [inverses.count, count]
    reader.read(prefix + "old_dirs", shape: shape, isOptional: inverses.isEmpty) {
      ys = try $0.detached().unbind(0)
    }
    reader.read(prefix + "old_stps", shape: shape, isOptional: inverses.isEmpty) {
      ss = try $0.detached().unbind(0)
    }
    pairs = zip(zip(ys, ss), inverses).map { ($0.0, $0.1, $1) }
  }
}
