/// Where a tensor's elements are, and so which backend computes on them.
public enum Device: UInt8, Sendable, Hashable, CustomStringConvertible {
  /// The processor's memory.
  case cpu
  /// Nowhere: shapes and dtypes are computed and checked, elements do not exist. For sizing a model without memory.
  case null

  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .null: "null"
    }
  }

  var backend: any Backend {
    switch self {
    case .cpu: CPUBackend.shared
    case .null: NullBackend.shared
    }
  }
}
