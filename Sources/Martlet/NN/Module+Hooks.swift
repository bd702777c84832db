extension Module {
  /// Runs `hook` before each call of this module, with the input.
  ///
  ///     let handle = net.registerForwardPreHook { x in try x * 2 }
  ///     defer { handle.remove() }
  ///
  /// - Parameter hook: Returns another input to go on with, or nil for the same. Several run in the
  ///   order of registration. What it throws the call throws.
  @discardableResult
  public func registerForwardPreHook(_ hook: @escaping (Input) throws -> Input?) -> HookHandle {
    ModuleHooks.add(to: self, hook as ModuleHooks.Before<Self>)
  }

  /// Runs `hook` after each call of this module, with the input and the output.
  ///
  ///     let handle = net.hidden.registerForwardHook { _, h in activations.append(h); return nil }
  ///
  /// - Parameter hook: Returns another output to hand on, or nil for the same. Several run in the
  ///   order of registration. What it throws the call throws.
  @discardableResult
  public func registerForwardHook(
    _ hook: @escaping (Input, Output) throws -> Output?
  ) -> HookHandle {
    ModuleHooks.add(to: self, hook as ModuleHooks.After<Self>)
  }
}

extension Module where Input == Tensor, Output == Tensor {
  /// Runs `hook` in each backward pass through a call of this module, with the gradients of its
  /// input and of its output.
  ///
  ///     let handle = net.hidden.registerBackwardHook { dx, dy in
  ///       print(try dy.norm())
  ///       return nil
  ///     }
  ///
  /// - Parameter hook: Given the gradient of the input (nil if the input needs none) and that of
  ///   the output; returns another gradient of the input to go on with, or nil for the same. What
  ///   it throws `backward()` throws.
  @discardableResult
  public func registerBackwardHook(
    _ hook: @escaping (_ gradInput: Tensor?, _ gradOutput: Tensor) throws -> Tensor?
  ) -> HookHandle {
    let around: ModuleHooks.Around<Self> = { x, forward in
      guard isGradEnabled else { return try forward(x) }
      // The gradient of the output comes by first.
      let gradOutput = Gradient()
      let y = try forward(
        x.withGradientHook { dx in
          guard let dy = gradOutput.value else { return nil }
          return try hook(dx, dy)
        })
      return y.withGradientHook { dy in
        gradOutput.value = dy
        if !x.requiresGrad { _ = try hook(nil, dy) }
        return nil
      }
    }
    return ModuleHooks.add(to: self, around)
  }
}

private final class Gradient {
  var value: Tensor?
}
