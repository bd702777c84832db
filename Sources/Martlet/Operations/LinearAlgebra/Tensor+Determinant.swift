extension Tensor {
  /// The determinants `[...]` of square matrices `[..., n, n]`.
  ///
  ///     let volume = try jacobian.det()
  public func det() throws -> Tensor {
    try requireSquare("det")
    return try Determinant.callAsFunction(self, logarithm: false).value
  }

  /// The signs of the determinants and the logarithms of their absolute values, which do not
  /// overflow: `[...]`. Of singular matrices 0 and minus infinity.
  ///
  ///     let (sign, logarithm) = try jacobian.slogdet()
  public func slogdet() throws -> (sign: Tensor, logabsdet: Tensor) {
    try requireSquare("slogdet")
    let (value, sign) = try Determinant.callAsFunction(self, logarithm: true)
    return (sign, value)
  }

  /// The logarithms of the determinants `[...]`: NaN where one is negative, minus infinity where it
  /// is 0.
  ///
  ///     let evidence = try covariance.logdet()
  public func logdet() throws -> Tensor {
    try requireSquare("logdet")
    let (value, sign) = try Determinant.callAsFunction(self, logarithm: true)
    return try value.filled(Double.nan, where: sign .< 0)
  }
}
