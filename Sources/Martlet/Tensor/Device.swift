/// Where a tensor's elements are, and so which backend computes on them.
public enum Device: UInt8, Sendable, Hashable, CustomStringConvertible {
  /// The processor's memory.
  case cpu
  /// Nowhere: shapes and dtypes are computed and checked, elements do not exist. For sizing a model
  /// without memory.
  case null
  /// No device: the tensor could not be created (a negative size, no memory). Every operation on it
  /// throws why.
  case failed

  /// The name that printing shows.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .null: "null"
    case .failed: "failed"
    }
  }

  /// Whether elements exist in memory that this process can read.
  var hasElements: Bool { self == .cpu }
}

extension Buffer {
  /// What computes on this buffer.
  ///
  /// - Throws: Why the buffer could not be created, if it could not.
  var backend: any Backend {
    @inline(__always) get throws {
      switch device {
      case .cpu: return CPUBackend()
      case .null: return NullBackend()
      case .failed: throw creationError
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
