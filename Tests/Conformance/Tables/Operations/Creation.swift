import Martlet

extension OperationTable {
  /// Tensors from nothing but sizes and numbers.
  mutating func addCreation() {
    add("zeros") { try Tensor.zeros($0.ints(0, "size"), dtype: $0.newDType()).tracked($0) }
    add("ones") { try Tensor.ones($0.ints(0, "size"), dtype: $0.newDType()).tracked($0) }
    add("empty") { try Tensor.empty($0.ints(0, "size"), dtype: $0.newDType()).tracked($0) }
    add("full") {
      try Tensor.full($0.ints(0, "size"), $0.scalar(1, "fill_value"), dtype: $0.dtype())
        .tracked($0)
    }
    add("scalar_tensor") {
      try Tensor.full([], $0.scalar(0, "s"), dtype: $0.newDType()).tracked($0)
    }
    add("zeros_like") { try $0.tensor(0).zerosLike(dtype: $0.dtype()) }
    add("ones_like") { try $0.tensor(0).onesLike(dtype: $0.dtype()) }
    add("full_like") {
      try $0.tensor(0).fullLike($0.scalar(1, "fill_value"), dtype: $0.dtype())
    }
    add("empty_like") { arguments in
      let x = try arguments.tensor(0)
      return try Tensor.empty(x.shape, dtype: arguments.dtype() ?? x.dtype)
    }
    addNew("new_zeros") { Tensor.zeros($0, dtype: $1) }
    addNew("new_ones") { Tensor.ones($0, dtype: $1) }
    addNew("new_empty") { Tensor.empty($0, dtype: $1) }
    add("new_full") { arguments in
      let x = try arguments.tensor(0)
      return try Tensor.full(
        arguments.ints(1, "size"), arguments.scalar(2, "fill_value"),
        dtype: arguments.dtype() ?? x.dtype)
    }
    add("eye") {
      try Tensor.eye($0.int(0, "n"), $0[1, "m"]?.int(), dtype: $0.newDType()).tracked($0)
    }
    add("arange") { try range($0) }
    add("linspace") { arguments in
      let count = try arguments.int(2, "steps")
      let dtype = try arguments.newDType()
      guard let (start, end) = try arguments.tensorBounds() else {
        return try Tensor.linspace(
          arguments.double(0, "start"), arguments.double(1, "end"), count, dtype: dtype
        ).tracked(arguments)
      }
      return Tensor.linspace(start, end, count, dtype: dtype)
    }
    add("logspace") { arguments in
      let count = try arguments.int(2, "steps")
      let dtype = try arguments.newDType()
      let base = try arguments.double(3, "base", default: 10)
      guard let (start, end) = try arguments.tensorBounds() else {
        return try Tensor.logspace(
          arguments.double(0, "start"), arguments.double(1, "end"), count, base: base, dtype: dtype
        ).tracked(arguments)
      }
      return Tensor.logspace(start, end, count, base: base, dtype: dtype)
    }
  }

  private mutating func addNew(_ name: String, make: @escaping ([Int], DType) throws -> Tensor) {
    add(name) { arguments in
      let x = try arguments.tensor(0)
      return try make(arguments.ints(1, "size"), arguments.dtype() ?? x.dtype)
    }
  }

  /// Tensors with random contents, of which only shape and dtype can be compared.
  mutating func addRandom() {
    add("randn") { try Tensor.randn($0.ints(0, "size"), dtype: $0.newDType()).tracked($0) }
    add("rand_like") { try $0.tensor(0).randLike(dtype: $0.dtype()) }
    add("randn_like") { try $0.tensor(0).randnLike(dtype: $0.dtype()) }
    add("randint") { arguments in
      let hasLow = arguments.count > 2
      let low = hasLow ? try arguments.int(0, "low") : 0
      let high = try arguments.int(hasLow ? 1 : 0, "high")
      return try Tensor.randint(
        bounds(low, high), arguments.ints(hasLow ? 2 : 1, "size"),
        dtype: arguments.dtype() ?? .int64)
    }
    add("uniform") { arguments in
      let x = try arguments.tensor(0)
      return try Tensor.uniform(
        x.shape, arguments.double(1, "from", default: 0), arguments.double(2, "to", default: 1),
        dtype: x.dtype)
    }
    add("normal") { try normal($0) }
    add("exponential") { arguments in
      let x = try arguments.tensor(0)
      return try Tensor.exponential(
        x.shape, rate: arguments.double(1, "lambd", default: 1), dtype: x.dtype)
    }
    add("geometric") { arguments in
      let x = try arguments.tensor(0)
      return try Tensor.geometric(x.shape, p: arguments.double(1, "p"), dtype: x.dtype)
    }
    add("cauchy") { arguments in
      let x = try arguments.tensor(0)
      return try Tensor.cauchy(
        x.shape, median: arguments.double(1, "median", default: 0),
        scale: arguments.double(2, "sigma", default: 1), dtype: x.dtype)
    }
    add("log_normal") { arguments in
      let x = try arguments.tensor(0)
      return try Tensor.logNormal(
        x.shape, mean: arguments.double(1, "mean", default: 1),
        std: arguments.double(2, "std", default: 2), dtype: x.dtype)
    }
  }
}

/// A range, also from bounds that do not make one: those are for Martlet to refuse.
private func bounds(_ low: Int, _ high: Int) throws -> Range<Int> {
  guard low <= high else { throw Unwritable("a range from \(low) to \(high)") }
  return low..<high
}

private func range(_ arguments: Arguments) throws -> Tensor {
  let dtype = try arguments.dtype()
  let first = try arguments.required(0, "start").scalar()
  guard let end = try arguments[1, "end"]?.scalar() else {
    return Tensor.arange(first, dtype: dtype)
  }
  let step = try arguments.scalar(2, "step", default: .int(1))
  return Tensor.arange(first, end, step: step, dtype: dtype)
}

/// `Tensor.normal_(mean, std)`, and `torch.normal` of two numbers and a size.
private func normal(_ arguments: Arguments) throws -> Tensor {
  let first = try arguments.required(0, "mean")
  if first.isTensor, arguments.count == 3 {
    let x = try first.tensor()
    return try Tensor.normal(
      x.shape, mean: arguments.double(1, "mean", default: 0),
      std: arguments.double(2, "std", default: 1), dtype: x.dtype)
  }
  let second = arguments[1, "std"]
  if first.isTensor || second?.isTensor == true {
    let model = try first.isTensor ? first.tensor() : arguments.tensor(1, "std")
    let std = try arguments.required(1, "std")
    return try Tensor.normal(
      mean: first.isTensor ? first.tensor() : model.fullLike(first.scalar()),
      std: std.isTensor ? std.tensor() : model.fullLike(std.scalar()))
  }
  guard let size = arguments[2, "size"] else { throw Inexpressible("size is missing") }
  return try Tensor.normal(
    size.ints(), mean: first.double(), std: arguments.double(1, "std", default: 1),
    dtype: arguments.newDType())
}

extension Arguments {
  /// The bounds of a range of which at least one is a tensor.
  fileprivate func tensorBounds() throws -> (start: Tensor, end: Tensor)? {
    let (start, end) = (try required(0, "start"), try required(1, "end"))
    guard start.isTensor || end.isTensor else { return nil }
    func bound(_ argument: CallArgument) throws -> Tensor {
      try argument.isTensor
        ? argument.tensor() : Tensor.full([], argument.double(), dtype: .float64)
    }
    return (try bound(start), try bound(end))
  }

  /// The dtype of a new tensor.
  func newDType() throws -> DType { try dtype() ?? .float32 }
}

extension Tensor {
  /// Requires gradients if the arguments of the call that made the tensor said so.
  func tracked(_ arguments: Arguments) throws -> Tensor {
    try arguments.bool(nil, "requires_grad") ? requiringGrad() : self
  }
}
