/// Norms of matrices.
public enum MatrixNorm: Sendable, Equatable {
  /// The root of the sum of squares of all elements.
  case frobenius
  /// The sum of the singular values.
  case nuclear
  /// The greatest singular value for 2 and the greatest sum of absolute values of a column for 1,
  /// of a row for infinity; the least for the negatives of these numbers. There are no others.
  case order(Double)
}

extension Tensor {
  /// The norms `[...]` of matrices in two dimensions.
  ///
  ///     let spectral = try weight.matrixNorm(.order(2))
  ///
  /// - Parameters:
  ///   - norm: Which norm.
  ///   - dims: The dimensions of the rows and the columns.
  ///   - keepDim: Whether dimensions that are reduced stay, with size 1.
  ///   - dtype: What the elements are converted to first.
  public func matrixNorm(
    _ norm: MatrixNorm = .frobenius, _ dims: [Int] = [-2, -1], keepDim: Bool = false,
    dtype: DType? = nil
  ) throws -> Tensor {
    if let dtype, dtype != self.dtype {
      return try to(dtype).matrixNorm(norm, dims, keepDim: keepDim)
    }
    try requireFloatingPoint("matrixNorm")
    guard rank >= 2 else {
      throw TensorError.rank(operation: "matrixNorm", rank: rank, expected: "at least 2")
    }
    guard dims.count == 2 else {
      throw TensorError.argument(
        operation: "matrixNorm", reason: "matrices have two dimensions, not \(dims)")
    }
    _ = try normalize(dims, rank, "matrixNorm")
    let row = try normalize(dims[0], rank, "matrixNorm")
    let column = try normalize(dims[1], rank, "matrixNorm")
    switch norm {
    case .frobenius: return try self.norm(2, dims, keepDim: keepDim)
    case .nuclear:
      return try singularValues(row, column).sum(-1).restored(row, column, keepDim)
    case .order(let p):
      switch Swift.abs(p) {
      case 2:
        let values = try singularValues(row, column)
        return try (p > 0 ? values.amax(-1) : values.amin(-1)).restored(row, column, keepDim)
      case 1: return try lines(summed: row, chosen: column, p > 0, keepDim)
      case .infinity: return try lines(summed: column, chosen: row, p > 0, keepDim)
      default:
        throw TensorError.argument(
          operation: "matrixNorm", reason: "matrices have no norm of order \(p)")
      }
    }
  }

  private func singularValues(_ row: Int, _ column: Int) throws -> Tensor {
    try movedim([row, column], [-2, -1]).svdvals()
  }

  /// With the two dimensions that a norm has removed, if they are to be kept.
  private func restored(_ row: Int, _ column: Int, _ keepDim: Bool) throws -> Tensor {
    guard keepDim else { return self }
    return try unsqueezed(Swift.min(row, column)).unsqueezed(Swift.max(row, column))
  }

  private func lines(summed: Int, chosen: Int, _ greatest: Bool, _ keepDim: Bool) throws -> Tensor {
    let sums = try abs().sum([summed], keepDim: true)
    let result =
      try greatest ? sums.amax([chosen], keepDim: true) : sums.amin([chosen], keepDim: true)
    return keepDim ? result : try result.squeeze([summed, chosen])
  }

  /// The condition numbers `[...]` of matrices: how much an error of the right side can grow in the
  /// solution. By default and with `.order(2)` the greatest singular value over the least, with
  /// `.order(-2)` the other way round; with other norms the norm times that of the inverse,
  /// infinite for singular matrices.
  ///
  ///     let condition = try a.cond()
  public func cond(_ norm: MatrixNorm = .order(2)) throws -> Tensor {
    if case .order(let p) = norm, Swift.abs(p) == 2 {
      let values = try svdvals()
      let count = values.sizes[values.rank - 1]
      guard count > 0 else {
        return Tensor.zeros(values.shape.dropLast(), dtype: dtype, device: device)
      }
      let greatest = try values.select(-1, 0)
      let least = try values.select(-1, count - 1)
      return try p > 0 ? greatest / least : least / greatest
    }
    try requireSquare("cond")
    guard sizes[rank - 1] > 0 else {
      return Tensor.zeros(shape.dropLast(2), dtype: dtype, device: device)
    }
    let (inverse, info) = try invEx()
    let product = try matrixNorm(norm) * inverse.matrixNorm(norm)
    return try product.filled(Double.infinity, where: info .!= 0)
  }
}
