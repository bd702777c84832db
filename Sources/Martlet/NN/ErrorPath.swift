import CKernels

/// Builds the path of a module while an error travels up through the modules that called it.
enum ErrorPath {
  /// The error as it leaves `module`: with the module's name if it arose there, else with the name
  /// that the module has for the one below.
  static func extended(_ error: TensorError, by module: any Module) -> TensorError {
    // Which module the error passed last, on this thread.
    let below = mk_failing_module()
    mk_set_failing_module(UInt(bitPattern: ObjectIdentifier(module)))
    guard case .inModule(let path, let type, let inner) = error else {
      return .inModule(path: "", type: module.layerName, error: error)
    }
    // Not only among its members: the modules of a list are called without the list.
    for (name, child) in module.namedModules() where !name.isEmpty {
      guard UInt(bitPattern: ObjectIdentifier(child)) == below else { continue }
      return .inModule(path: path.isEmpty ? name : "\(name).\(path)", type: type, error: inner)
    }
    return error
  }
}
