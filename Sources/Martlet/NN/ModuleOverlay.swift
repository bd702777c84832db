import CKernels

/// Values that the calling thread sees in place of those of parameters and buffers.
final class ModuleOverlay {
  private var values: [ObjectIdentifier: Tensor] = [:]
  /// Whether the buffers that are written are all taken down here, also those that have no value
  /// here yet.
  private let keepsWrites: Bool
  private var outer: ModuleOverlay?

  init(keepingWrites: Bool = false) { keepsWrites = keepingWrites }

  /// The overlay in force on this thread.
  static var current: ModuleOverlay? {
    @inline(__always) get {
      guard let address = mk_module_overlay() else { return nil }
      return Unmanaged<ModuleOverlay>.fromOpaque(address).takeUnretainedValue()
    }
  }

  /// Runs `body` with an overlay on top of the one in force, or of another. Synchronous, since it
  /// belongs to the thread.
  static func with<R>(
    _ overlay: ModuleOverlay?, over outer: ModuleOverlay? = current, _ body: () throws -> R
  ) rethrows -> R {
    let before = mk_module_overlay()
    overlay?.outer = outer
    mk_set_module_overlay(overlay.map { Unmanaged.passUnretained($0).toOpaque() })
    defer { mk_set_module_overlay(before) }
    return try withExtendedLifetime(overlay, body)
  }

  /// The value given here for a parameter or buffer.
  subscript(_ member: AnyObject) -> Tensor? {
    get { values[ObjectIdentifier(member)] }
    set { values[ObjectIdentifier(member)] = newValue }
  }

  /// The innermost value given for a parameter or buffer.
  func value(of member: AnyObject) -> Tensor? {
    var overlay: ModuleOverlay? = self
    while let next = overlay {
      if let value = next[member] { return value }
      overlay = next.outer
    }
    return nil
  }

  /// Takes down what is assigned to a parameter or buffer; false if it is none of those here.
  func take(_ value: Tensor, for member: AnyObject) -> Bool {
    var overlay: ModuleOverlay? = self
    while let next = overlay {
      if next.keepsWrites || next[member] != nil {
        next[member] = value
        return true
      }
      overlay = next.outer
    }
    return false
  }
}
