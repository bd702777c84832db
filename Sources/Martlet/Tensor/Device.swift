/// Where a tensor's elements are, and so which backend computes on them.
public struct Device: Sendable, Hashable, CustomStringConvertible {
  /// Numbers from `firstExamples` on stand for what tensors inside of `vmap` vary with.
  let code: UInt32

  init(code: UInt32) { self.code = code }

  /// The processor's memory.
  public static var cpu: Device { Device(code: 0) }
  /// Nowhere: shapes and dtypes are computed and checked, elements do not exist. For sizing a model
  /// without memory.
  public static var null: Device { Device(code: 1) }
  /// No device: the tensor could not be created (a negative size, no memory). Every operation on it
  /// throws why.
  public static var failed: Device { Device(code: 2) }

  static var firstExamples: UInt32 { 256 }

  /// The name that printing shows. A tensor that stands for an example inside of `vmap` is on a
  /// device of its own.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .null: "null"
    case .failed: "failed"
    default: "vmap"
    }
  }

  /// Whether elements exist in memory that this process can read.
  var hasElements: Bool { self == .cpu }

  /// Whether a tensor stands for one of several examples, each with its own elements.
  var isOfExamples: Bool { code >= Device.firstExamples }

  /// Whether addresses of elements are as far apart as elements are.
  var hasAddresses: Bool { self != .null && self != .failed }
}

extension Buffer {
  /// What computes on this buffer.
  ///
  /// - Throws: Why the buffer could not be created, if it could not.
  var backend: any Backend {
    @inline(__always) get throws {
      if device == .cpu { return CPUBackend() }
      return try otherBackend
    }
  }

  private var otherBackend: any Backend {
    get throws {
      switch device {
      case .null: return NullBackend()
      case .failed: throw creationError
      default: return ExampleBackend()
      }
    }
  }
}

extension Buffer {
  /// The device to put results of this buffer on.
  ///
  /// - Throws: Why the buffer could not be created, if it could not.
  var target: Device {
    @inline(__always) get throws {
      if device == .failed { throw creationError }
      return device
    }
  }
}

extension Tensor {
  /// The device to put results of this tensor on.
  ///
  /// - Throws: Why the tensor could not be created, if it could not.
  var target: Device {
    @inline(__always) get throws { try buffer.target }
  }
}
