import CKernels

/// What the calling thread does with operations, beside computing them.
struct Mode: OptionSet {
  let rawValue: UInt32

  /// Operations are not recorded.
  static let noGrad = Mode(rawValue: 1)
  /// Results and gradients are checked for NaN.
  static let anomaly = Mode(rawValue: 2)
  /// Gradients are being sent through a record.
  static let backward = Mode(rawValue: 1 << 16)

  /// For the inside of a primitive: neither recorded nor checked.
  static var unrecorded: Mode { current.intersection(.backward).union(.noGrad) }

  /// Operations choose the precision of their floating-point inputs: see `autocast`.
  static let autocast = Mode(rawValue: 4)

  @inline(__always)
  static var current: Mode { Mode(rawValue: mk_flags()) }

  @inline(__always)
  static var isRecording: Bool { mk_flags() & 1 == 0 }

  @inline(__always)
  static var isAutocasting: Bool { mk_flags() & 4 != 0 }

  /// Runs `body` with other flags. Synchronous, since the flags belong to the thread.
  @inline(__always)
  static func with<R>(_ mode: Mode, _ body: () throws -> R) rethrows -> R {
    let before = mk_flags()
    mk_set_flags(mode.rawValue)
    defer { mk_set_flags(before) }
    return try body()
  }
}

/// Runs `body` without recording operations for gradients. Results do not require gradients, and
/// variables may be updated in place.
///
///     let scores = try noGrad { try net(x) }
@inline(__always)
public func noGrad<R>(_ body: () throws -> R) rethrows -> R {
  try Mode.with(Mode.current.union(.noGrad), body)
}

/// Runs `body` with recording on, inside of `noGrad`.
///
///     let loss = try enableGrad { try mseLoss(net(x), target) }
@inline(__always)
public func enableGrad<R>(_ body: () throws -> R) rethrows -> R {
  try Mode.with(Mode.current.subtracting(.noGrad), body)
}

/// Whether operations on tensors that require gradients are being recorded.
public var isGradEnabled: Bool { Mode.isRecording }

/// Runs `body` checking every result, and every gradient in `backward()`, for NaN: the first one
/// throws `TensorError.anomaly`, naming the operation. Slow; for finding where a NaN comes from.
///
///     try detectAnomaly { try mseLoss(net(x), target).backward() }
public func detectAnomaly<R>(_ body: () throws -> R) rethrows -> R {
  try Mode.with(Mode.current.union(.anomaly), body)
}
