extension Tensor {
  /// The same tensor on a device; the tensor itself if it is there.
  ///
  ///     let ghost = try x.to(device: .null)  // the shape and dtype alone
  ///
  /// - Throws: `TensorError.device` where there are no elements to bring: from the null device, or
  ///   to the device `failed`, which no tensor can be moved to.
  public func to(device: Device) throws -> Tensor {
    let source = try target
    if source == device { return self }
    // Inside of `vmap` elements are where those of all examples are.
    if let own = try ExampleSpace.of(source), own.base == device { return self }
    if let space = try ExampleSpace.of(device) {
      return try RepeatExamples.callAsFunction(
        source.isOfExamples ? self : to(device: space.base), over: space)
    }
    guard device == .null else {
      throw TensorError.device(
        operation: "to", reason: "a tensor on \(source) cannot be moved to \(device)")
    }
    return Tensor(try Buffer(sizes, dtype, device))
  }
}
