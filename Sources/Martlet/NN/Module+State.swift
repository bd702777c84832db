extension Module {
  /// Parameters and persistent buffers by path, with PyTorch's names and shapes: `conv.weight`,
  /// `bn.running_mean`. The tensors are constants; later training does not change them.
  ///
  ///     try Safetensors.save(net.stateDict(), to: "net.safetensors")
  public func stateDict() -> TensorDictionary {
    TensorDictionary(
      state.compactMap { name, member in
        switch member {
        case .parameter(let parameter): (name, parameter.value.detached())
        case .buffer(let buffer): buffer.isPersistent ? (name, buffer.value) : nil
        case .module: nil
        }
      })
  }

  /// Sets parameters and buffers to the tensors of the same names, converted to their dtypes: one
  /// kind of floating point to another, or of integers.
  /// Either all of them or, when an error is thrown, none.
  ///
  ///     try net.load(stateDict: Safetensors.load("net.safetensors"))
  ///
  /// - Parameters:
  ///   - stateDict: Tensors by name, as `stateDict()` gives them.
  ///   - strict: Whether the names must be exactly this module's. Otherwise missing ones keep their
  ///     values and unexpected ones are passed over.
  /// - Throws: `TensorError.stateDict` listing everything that is missing, unexpected or of another
  ///   shape or kind of dtype.
  public func load(stateDict: TensorDictionary, strict: Bool = true) throws {
    var missing: [String] = []
    var mismatched: [String] = []
    var changes: [(member: ModuleMember, value: Tensor)] = []
    var known: Set<String> = []
    for (name, member) in state {
      let current: Tensor
      switch member {
      case .parameter(let parameter): current = parameter.value
      case .buffer(let buffer):
        if !buffer.isPersistent { continue }
        current = buffer.value
      case .module: continue
      }
      known.insert(name)
      guard let value = stateDict[name] else {
        missing.append(name)
        continue
      }
      guard value.sizes == current.sizes else {
        mismatched.append("\(name) is \(value.shape), expected \(current.shape)")
        continue
      }
      guard value.dtype.isFloatingPoint == current.dtype.isFloatingPoint else {
        mismatched.append("\(name) is \(value.dtype), expected \(current.dtype)")
        continue
      }
      changes.append((member, try noGrad { try value.to(current.dtype) }))
    }
    let unexpected = stateDict.names.filter { !known.contains($0) }
    if !mismatched.isEmpty || strict && !(missing.isEmpty && unexpected.isEmpty) {
      throw TensorError.stateDict(
        missing: strict ? missing : [], unexpected: strict ? unexpected : [],
        mismatched: mismatched)
    }
    for (member, value) in changes {
      switch member {
      case .parameter(let parameter): parameter.value = value
      case .buffer(let buffer): buffer.value = value
      case .module: break
      }
    }
  }
}
