/// Windows for the analysis of signals: Harris, "On the Use of Windows for Harmonic Analysis with
/// the Discrete Fourier Transform", 1978.
///
/// A symmetric window, the usual kind for filters, has its two ends alike; any other is a period of
/// a window that repeats, as spectra want it. All throw `TensorError.argument` for a negative size
/// and `TensorError.dtype` for dtypes other than float32 and float64.
public enum SignalWindow {
  /// The sum of `(-1)^k a[k] cos(2 pi k t)` for t from 0 to 1.
  ///
  ///     try SignalWindow.generalCosine(16, [0.46, 0.23, 0.31])
  ///
  /// - Throws: `TensorError.argument` for no coefficients.
  public static func generalCosine(
    _ size: Int, _ a: [Double], symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    try generalCosine("generalCosine", size, a, symmetric, dtype)
  }

  /// `alpha - (1 - alpha) cos(2 pi t)`.
  ///
  ///     try SignalWindow.generalHamming(16, alpha: 0.6)
  public static func generalHamming(
    _ size: Int, alpha: Double = 0.54, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    try generalCosine("generalHamming", size, [alpha, 1 - alpha], symmetric, dtype)
  }

  /// `0.54 - 0.46 cos(2 pi t)`.
  ///
  ///     try SignalWindow.hamming(16)
  public static func hamming(
    _ size: Int, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    try generalCosine("hamming", size, [0.54, 0.46], symmetric, dtype)
  }

  /// `(1 - cos(2 pi t)) / 2`.
  ///
  ///     try SignalWindow.hann(16)
  public static func hann(
    _ size: Int, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    try generalCosine("hann", size, [0.5, 0.5], symmetric, dtype)
  }

  /// `0.42 - 0.5 cos(2 pi t) + 0.08 cos(4 pi t)`.
  ///
  ///     try SignalWindow.blackman(16)
  public static func blackman(
    _ size: Int, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    try generalCosine("blackman", size, [0.42, 0.5, 0.08], symmetric, dtype)
  }

  /// Nuttall, "Some Windows with Very Good Sidelobe Behavior", 1981: four cosines of least
  /// sidelobes.
  ///
  ///     try SignalWindow.nuttall(16)
  public static func nuttall(
    _ size: Int, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    let a = [0.3635819, 0.4891775, 0.1365995, 0.0106411]
    return try generalCosine("nuttall", size, a, symmetric, dtype)
  }

  /// A triangle from 0 to 1 and back.
  ///
  ///     try SignalWindow.bartlett(5)  // [0, 0.5, 1, 0.5, 0]
  public static func bartlett(
    _ size: Int, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    try make("bartlett", size, symmetric, dtype) { i, width in
      try 1 - (i * (2 / width) - 1).abs()
    }
  }

  /// Half a period of a sine, sampled between its zeros.
  ///
  ///     try SignalWindow.cosine(16)
  public static func cosine(
    _ size: Int, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    try make("cosine", size, symmetric, dtype) { i, width in
      try ((i + 0.5) * (Double.pi / (width + 1))).sin()
    }
  }

  /// `exp(-|i - center| / tau)`, by default about the middle.
  ///
  ///     try SignalWindow.exponential(16, tau: 2)
  ///
  /// - Throws: `TensorError.argument` unless tau is positive, and for a symmetric window with a
  ///   center of its own.
  public static func exponential(
    _ size: Int, center: Double? = nil, tau: Double = 1, symmetric: Bool = true,
    dtype: DType = .float32
  ) throws -> Tensor {
    guard tau > 0 else {
      throw TensorError.argument(operation: "exponential", reason: "tau is \(tau), not positive")
    }
    guard center == nil || !symmetric else {
      throw TensorError.argument(
        operation: "exponential", reason: "a symmetric window has its center in the middle")
    }
    return try make("exponential", size, symmetric, dtype) { i, width in
      try ((i - (center ?? width / 2)).abs() * (-1 / tau)).exp()
    }
  }

  /// `exp(-((i - center) / std)^2 / 2)` about the middle.
  ///
  ///     try SignalWindow.gaussian(16, std: 2)
  ///
  /// - Throws: `TensorError.argument` unless the standard deviation is positive.
  public static func gaussian(
    _ size: Int, std: Double = 1, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    guard std > 0 else {
      throw TensorError.argument(
        operation: "gaussian", reason: "the standard deviation is \(std), not positive")
    }
    return try make("gaussian", size, symmetric, dtype) { i, width in
      try (((i - width / 2) / std).square() * -0.5).exp()
    }
  }

  /// Kaiser's window `i0(beta sqrt(1 - u^2)) / i0(beta)` for u from -1 to 1.
  ///
  ///     try SignalWindow.kaiser(16, beta: 8)
  ///
  /// - Throws: `TensorError.argument` for a negative beta.
  public static func kaiser(
    _ size: Int, beta: Double = 12, symmetric: Bool = true, dtype: DType = .float32
  ) throws -> Tensor {
    guard beta >= 0 else {
      throw TensorError.argument(operation: "kaiser", reason: "beta is \(beta), negative")
    }
    return try make("kaiser", size, symmetric, dtype) { i, width in
      let u = try i * (2 / width) - 1
      let argument = try (1 - u.square()).clamp(min: 0).sqrt() * beta
      // By the scaled functions, since i0 itself overflows for large beta.
      let peak = try Tensor(beta, dtype: .float64).i0e()
      return try argument.i0e() / peak * (argument - beta).exp()
    }
  }

  private static func generalCosine(
    _ name: String, _ size: Int, _ a: [Double], _ symmetric: Bool, _ dtype: DType
  ) throws -> Tensor {
    guard !a.isEmpty else {
      throw TensorError.argument(operation: name, reason: "there are no coefficients")
    }
    return try make(name, size, symmetric, dtype) { i, width in
      var sum = try i.fullLike(a[0])
      for k in a.indices.dropFirst() {
        let sign = k % 2 == 0 ? 1.0 : -1.0
        sum = try sum + (i * (2 * Double.pi * Double(k) / width)).cos() * (sign * a[k])
      }
      return sum
    }
  }

  /// A window computed in float64: `body` gets the positions and the distance of the last from the
  /// first, or of the first from its repetition.
  private static func make(
    _ name: String, _ size: Int, _ symmetric: Bool, _ dtype: DType,
    _ body: (Tensor, Double) throws -> Tensor
  ) throws -> Tensor {
    guard size >= 0 else {
      throw TensorError.argument(operation: name, reason: "the size is \(size), negative")
    }
    guard dtype == .float32 || dtype == .float64 else {
      throw TensorError.dtype(
        operation: name, dtypes: [dtype], reason: "windows are of float32 or float64")
    }
    if size <= 1 { return Tensor.ones([size], dtype: dtype) }
    let width = Double(symmetric ? size - 1 : size)
    return try body(Tensor.arange(0, size, dtype: .float64), width).to(dtype)
  }
}
