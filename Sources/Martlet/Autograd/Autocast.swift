import CKernels

/// Runs `body` with every operation in the precision that suits it: mixed precision.
///
///     let loss = try autocast { try crossEntropy(net(images), labels) }
///     try loss.backward()
///
/// * Products of matrices, linear and recurrent layers, convolutions and attention convert their
///   float32 inputs to `dtype`, in which they are several times faster.
/// * Losses, softmax, norms, sums, distances, interpolation, exponentials, logarithms and powers
///   convert half precision to float32, which they need.
/// * All others take what comes; of several dtypes the wider one.
///
/// The parameters stay in float32. What they are converted to is kept until the outermost
/// `autocast` ends or `backward()` runs, so that a parameter that is used several times is
/// converted once. Call `backward()` after `autocast`, not inside: gradients have the dtypes that
/// the forward computation chose. float16 gradients need a `GradScaler`.
///
/// float64 and integers are never converted. Which operation does what is PyTorch's choice on a
/// GPU.
///
/// - Parameters:
///   - dtype: bfloat16 or float16.
///   - isEnabled: False switches it off inside of another `autocast`.
///   - body: What to compute, on the calling thread.
/// - Throws: `TensorError.dtype` for another dtype.
public func autocast<R>(
  _ dtype: DType = .bfloat16, isEnabled: Bool = true, _ body: () throws -> R
) throws -> R {
  guard isEnabled else { return try Mode.with(Mode.current.subtracting(.autocast), body) }
  guard dtype == .bfloat16 || dtype == .float16 else {
    throw TensorError.dtype(
      operation: "autocast", dtypes: [dtype], reason: "converts to bfloat16 or float16")
  }
  let outer = Autocast.current
  let state = outer?.dtype == dtype ? outer : Autocast(dtype)
  return try withExtendedLifetime(state) {
    mk_set_autocast(state.map { Unmanaged.passUnretained($0).toOpaque() })
    defer { mk_set_autocast(outer.map { Unmanaged.passUnretained($0).toOpaque() }) }
    return try Mode.with(Mode.current.union(.autocast), body)
  }
}

/// What autocast converts to, and what it has converted.
final class Autocast {
  let dtype: DType
  /// What became of variables, with the memory that it was converted from: one that has changed
  /// since is converted anew.
  private var converted: [ObjectIdentifier: (variable: GradNode, source: Buffer, result: Tensor)] =
    [:]

  init(_ dtype: DType) { self.dtype = dtype }

  /// That of the calling thread.
  static var current: Autocast? {
    guard let address = mk_autocast() else { return nil }
    return Unmanaged<Autocast>.fromOpaque(address).takeUnretainedValue()
  }

  /// Runs `body` with nothing converted yet, and converting to `dtype`; nil outside of autocast.
  static func anew<R>(_ dtype: DType?, _ body: () throws -> R) rethrows -> R {
    let outer = mk_autocast()
    let state = dtype.map { Autocast($0) }
    mk_set_autocast(state.map { Unmanaged.passUnretained($0).toOpaque() })
    defer { mk_set_autocast(outer) }
    return try withExtendedLifetime(state, body)
  }

  /// Forgets what has been converted.
  func forget() { converted = [:] }

  /// Runs `body` outside of autocast.
  static func without<R>(_ body: () throws -> R) rethrows -> R {
    try Mode.with(Mode.current.subtracting(.autocast), body)
  }

  /// The dtype of what is converted to the low precision.
  func lowered(_ dtype: DType) -> DType {
    dtype == .float32 || dtype.isHalfPrecision ? self.dtype : dtype
  }

  func lowered(_ x: Tensor) throws -> Tensor {
    guard lowered(x.dtype) != x.dtype else { return x }
    guard let variable = x.history, variable.isLeaf, x.dtype == .float32, Mode.isRecording else {
      return try x.to(dtype)
    }
    let key = ObjectIdentifier(variable)
    if let known = converted[key], known.source === x.buffer { return known.result }
    let result = try x.to(dtype)
    converted[key] = (variable, x.buffer, result)
    return result
  }
}
