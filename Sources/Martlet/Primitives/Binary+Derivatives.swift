import CKernels

extension mk_binary_op {
  @inline(__always)
  func saves(_ needs: Needs) -> Saves {
    switch self {
    case .add, .sub: return []
    case .mul, .xlogy, .xlog1py, .zeta, .igamma, .igammac, .hypot, .copysign, .sigmoid_grad,
      .tanh_grad:
      return crossSaves(needs)
    case .div:
      return needs.contains(.y) ? [.y, .output] : .y
    case .remainder, .fmod: return needs.contains(.y) ? [.x, .y] : []
    case .pow: return needs.contains(.y) ? [.x, .y, .output] : [.x, .y]
    case .maximum, .minimum, .fmax, .fmin, .atan2, .logaddexp: return [.x, .y]
    case .relu_grad: return .y
    case .silu_grad, .gelu_grad, .gelu_tanh_grad: return needs.contains(.y) ? [.x, .y] : .y
    default: return []
    }
  }

  /// Products: the derivative by one factor needs the other (and itself where it is not linear).
  private func crossSaves(_ needs: Needs) -> Saves {
    switch self {
    case .mul: return .ofProduct(needs)
    default: return [.x, .y]
    }
  }

  func backward(_ g: Tensor, _ record: Recorded<Binary>) throws {
    switch self {
    case .add:
      try record.sendX(g)
      try record.sendY(g)
    case .sub:
      try record.sendX(g)
      try record.sendY(-g)
    case .mul:
      try record.sendX(g * record.y)
      try record.sendY(g * record.x)
    case .div:
      try record.sendX(g / record.y)
      try record.sendY(-(g * record.output) / record.y)
    case .remainder:
      try record.sendX(g)
      try record.sendY(-g * Binary.floor_divide(record.x, record.y))
    case .fmod:
      try record.sendX(g)
      try record.sendY(-g * Binary.trunc_divide(record.x, record.y))
    case .pow: try powBackward(g, record)
    case .maximum, .minimum: try extremeBackward(g, record)
    case .fmax, .fmin:
      // What is chosen takes all; of equal ones the first, and a number wins over NaN.
      let x = try record.x
      let y = try record.y
      let first = try (self == .fmax ? x .>= y : x .<= y).logicalOr(y.isNaN())
      try record.sendX(g.masked(by: first))
      try record.sendY(g.masked(by: first.logicalNot()))
    case .atan2:
      let x = try record.x
      let y = try record.y
      let scaled = try g / (x.square() + y.square())
      try record.sendX(scaled * y)
      try record.sendY(-scaled * x)
    case .hypot:
      let x = try record.x
      let y = try record.y
      let scaled = try g / Binary.hypot(x, y)
      try record.sendX(scaled * x)
      try record.sendY(scaled * y)
    case .copysign:
      let x = try record.x
      let ratio = try Binary.copysign(x.sign(), record.y) * x.sign()
      try record.sendX(g * ratio)
      try record.sendY(g.zerosLike())
    case .logaddexp:
      let x = try record.x
      let y = try record.y
      try record.sendX(g * (x - y).sigmoid())
      try record.sendY(g * (y - x).sigmoid())
    case .xlogy:
      let x = try record.x
      let y = try record.y
      let dead = try (x .== 0).logicalAnd(y .<= 0)
      try record.sendX(g * y.log().filled(0, where: dead))
      try record.sendY(g * x / y)
    case .xlog1py:
      let x = try record.x
      let y = try record.y
      let dead = try (x .== 0).logicalAnd(y .<= -1)
      try record.sendX(g * y.log1p().filled(0, where: dead))
      try record.sendY(g * x / (y + 1))
    case .igamma, .igammac:
      try record.sendX(noDerivativeByFirst())
      try record.sendY(
        {
          // The density of the gamma distribution, by its logarithm.
          let a = try record.x
          let y = try record.y
          let density = try (Binary.xlogy(a - 1, y) - y - a.lgamma()).exp()
          return try self == .igamma ? g * density : -g * density
        }())
    case .nextafter:
      try record.sendX(g)
      try record.sendY(g.zerosLike())
    case .zeta:
      try record.sendX(noDerivativeByFirst())
      try record.sendY(
        {
          let s = try record.x
          return try -g * s * Binary.zeta(s + 1, record.y)
        }())
    case .relu_grad:
      try record.sendX(Binary.relu_grad(g, record.y))
      try record.sendY(g.zerosLike())
    case .sigmoid_grad:
      try record.sendX(Binary.sigmoid_grad(g, record.y))
      try record.sendY(g * record.x * (1 - record.y * 2))
    case .tanh_grad:
      try record.sendX(Binary.tanh_grad(g, record.y))
      try record.sendY(g * record.x * record.y * -2)
    case .silu_grad:
      let x = try record.y
      try record.sendX(Binary.silu_grad(g, x))
      try record.sendY(
        {
          let s = try x.sigmoid()
          return try g * record.x * (s * (1 - s)) * (x * (1 - s * 2) + 2)
        }())
    case .gelu_grad:
      let x = try record.y
      try record.sendX(Binary.gelu_grad(g, x))
      try record.sendY(
        {
          let density = try (x.square() * -0.5).exp() * Constants.oneOverSqrtTwoPi
          return try g * record.x * density * (2 - x.square())
        }())
    case .gelu_tanh_grad:
      try record.sendX(Binary.gelu_tanh_grad(g, record.y))
      try record.sendY(g * record.x * geluTanhSecondDerivative(record.y))
    case .heaviside, .floor_divide, .trunc_divide:
      try record.sendX(g.zerosLike())
      try record.sendY(g.zerosLike())
    case .eq, .ne, .lt, .le, .gt, .ge, .logical_and, .logical_or, .logical_xor, .bitwise_and,
      .bitwise_or, .bitwise_xor, .shift_left, .shift_right, .gcd, .lcm, .chebyshev_t,
      .chebyshev_u, .chebyshev_v, .chebyshev_w, .hermite_h, .hermite_he, .laguerre_l, .legendre_p:
      throw TensorError.autograd("\(name) has no derivative")
    }
  }

  private func noDerivativeByFirst() throws -> Tensor {
    throw TensorError.autograd("\(name) has no derivative by its first argument")
  }

  private func powBackward(_ g: Tensor, _ record: Recorded<Binary>) throws {
    let x = try record.x
    let y = try record.y
    try record.sendX(
      {
        // x^0 is constant, also at x = 0 where x^-1 is infinite.
        let slope = try y * Binary.pow(x, y - 1)
        return try g * slope.filled(0, where: y .== 0)
      }())
    try record.sendY(
      {
        let dead = try (x .== 0).logicalAnd(y .>= 0)
        return try g * (record.output * x.log()).filled(0, where: dead)
      }())
  }

  private func extremeBackward(_ g: Tensor, _ record: Recorded<Binary>) throws {
    // Equal elements share the gradient.
    let x = try record.x
    let y = try record.y
    let shared = try (g * 0.5).where(x .== y, else: g)
    try record.sendX(shared.filled(0, where: self == .maximum ? x .< y : x .> y))
    try record.sendY(shared.filled(0, where: self == .maximum ? x .> y : x .< y))
  }

  private func geluTanhSecondDerivative(_ x: Tensor) throws -> Tensor {
    // gelu(x) = x/2 (1 + tanh u) with u = k (x + c x^3).
    let k = 0.797884560802865355880
    let c = 0.044715
    let square = try x.square()
    let t = try ((square * c + 1) * x * k).tanh()
    let slope = try (square * (3 * c) + 1) * k
    let sech = try 1 - t.square()
    return try sech * slope + x * 0.5 * sech * (x * (6 * c * k) - t * slope.square() * 2)
  }
}
