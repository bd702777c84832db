import Glibc

extension Initializer {
  /// One number everywhere.
  public static func constant(_ value: Double) -> Initializer {
    Initializer { .full($0, value, dtype: $1) }
  }

  /// Ones.
  public static var ones: Initializer { constant(1) }

  /// Zeros.
  public static var zeros: Initializer { constant(0) }

  /// Ones on the diagonal of a matrix, zeros beside it: a linear layer passes on its inputs.
  public static var eye: Initializer {
    Initializer { shape, dtype in
      try requireMatrix(shape, "eye")
      return .eye(shape[0], shape[1], dtype: dtype)
    }
  }

  /// A convolution's weight that passes on its input channels, as far as there are output channels
  /// for them: ones in the middle of the kernel.
  ///
  /// - Parameter groups: The groups of the convolution, each of which passes on its channels.
  public static func dirac(groups: Int = 1) -> Initializer {
    Initializer { shape, dtype in
      guard (3...5).contains(shape.count) else {
        throw TensorError.rank(
          operation: "dirac", rank: shape.count, expected: "the 3, 4 or 5 of a convolution's weight"
        )
      }
      guard groups > 0, shape[0] % groups == 0 else {
        throw TensorError.argument(
          operation: "dirac", reason: "\(shape[0]) channels cannot be shared by \(groups) groups")
      }
      let zeros = Tensor.zeros(shape, dtype: dtype)
      try zeros.validate()
      var elements = [Float](repeating: 0, count: zeros.count)
      let kernel = shape[2...].reduce(1, *)
      // In every kernel of sizes a, b, ... the position a / 2, b / 2, ...
      let middle = shape[2...].reduce(0) { $0 * $1 + $1 / 2 }
      let channels = shape[0] / groups
      for output in 0..<(kernel == 0 ? 0 : shape[0]) where output % channels < shape[1] {
        elements[(output * shape[1] + output % channels) * kernel + middle] = 1
      }
      return try Tensor(elements, shape: shape, dtype: dtype)
    }
  }

  /// Rows that are orthogonal to each other (or columns, of which there may be fewer), each of
  /// length `gain`; dimensions behind the first count as one.
  ///
  /// Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural
  /// networks", 2014.
  public static func orthogonal(gain: Double = 1) -> Initializer {
    Initializer { shape, dtype in
      guard shape.count >= 2 else {
        throw TensorError.rank(
          operation: "orthogonal", rank: shape.count, expected: "at least 2: [outputs, inputs, ...]"
        )
      }
      let rows = shape[0]
      let zeros = Tensor.zeros(shape, dtype: dtype)
      try zeros.validate()
      if zeros.count == 0 { return zeros }
      let columns = zeros.count / rows
      let tall = [max(rows, columns), min(rows, columns)]
      let (q, r) = try Tensor.randn(tall, dtype: dtype).qr()
      // Makes all orthogonal matrices equally likely: Mezzadri, "How to generate random matrices
      // from the classical compact groups", 2007.
      let turned = try q * r.diagonal().sign()
      return try ((rows < columns ? turned.t() : turned) * gain).reshape(shape)
    }
  }

  /// A matrix with a fixed part of zeros in each column, and normal numbers elsewhere.
  ///
  /// Martens, "Deep learning via Hessian-free optimization", 2010.
  ///
  /// - Parameters:
  ///   - sparsity: The part of each column that is zero.
  ///   - std: The standard deviation of the rest.
  public static func sparse(sparsity: Double, std: Double = 0.01) -> Initializer {
    Initializer { shape, dtype in
      try requireMatrix(shape, "sparse")
      try NumberRange.unit.require("sparse", "a sparsity", sparsity)
      let zeros = Int(clamping: ceil(sparsity * Double(shape[0])))
      // Each column of the sorted order is a random permutation of the rows.
      let order = try Tensor.rand(shape).argsort(0)
      return try Tensor.normal(shape, mean: 0, std: std, dtype: dtype)
        .filled(0, where: order .< zeros)
    }
  }

  private static func requireMatrix(_ shape: [Int], _ name: String) throws {
    guard shape.count == 2 else {
      throw TensorError.rank(operation: name, rank: shape.count, expected: "the 2 of a matrix")
    }
  }
}
