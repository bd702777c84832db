// Inside of `vmap`, tensors that vary with the examples meet others that do not, or that vary with
// those of an outer call. Operations of several tensors bring them to one device here, by views
// that repeat elements: recorded, so that gradients are summed over the examples.

/// Two operands on one device.
@inline(__always)
func aligned(_ x: Tensor, _ y: Tensor, _ operation: @autoclosure () -> String) throws -> (
  Tensor, Tensor
) {
  if x.buffer.device == y.buffer.device { return (x, y) }
  return try alignedApart(x, y, operation())
}

@inline(never)
private func alignedApart(_ x: Tensor, _ y: Tensor, _ operation: String) throws -> (Tensor, Tensor)
{
  let wide = try x.along(y.buffer, operation)
  return (wide, try y.along(wide.buffer, operation))
}

/// Three operands on one device.
func aligned(_ x: Tensor, _ y: Tensor, _ z: Tensor, _ operation: @autoclosure () -> String) throws
  -> (Tensor, Tensor, Tensor)
{
  let device = x.buffer.device
  if y.buffer.device == device, z.buffer.device == device { return (x, y, z) }
  let all = try aligned([x, y, z], operation())
  return (all[0], all[1], all[2])
}

/// Three operands on one device, of which two may be missing.
func aligned(_ x: Tensor, _ y: Tensor?, _ z: Tensor?, _ operation: @autoclosure () -> String) throws
  -> (Tensor, Tensor?, Tensor?)
{
  let device = x.buffer.device
  if y == nil || y?.buffer.device == device, z == nil || z?.buffer.device == device {
    return (x, y, z)
  }
  let all = try aligned([x] + [y, z].compactMap { $0 }, operation())
  return (all[0], y == nil ? nil : all[1], z == nil ? nil : all[all.count - 1])
}

/// Operands on one device.
func aligned(_ operands: [Tensor], _ operation: @autoclosure () -> String) throws -> [Tensor] {
  guard var wide = operands.first else { return [] }
  if operands.allSatisfy({ $0.buffer.device == wide.buffer.device }) { return operands }
  for other in operands { wide = try wide.along(other.buffer, operation()) }
  return try operands.map { try $0.along(wide.buffer, operation()) }
}

extension Tensor {
  /// This tensor repeated over the examples that `other` varies with.
  ///
  /// - Throws: `TensorError.device` for tensors on devices that have nothing to do with each other.
  @inline(__always)
  func along(_ other: Buffer, _ operation: @autoclosure () -> String) throws -> Tensor {
    if buffer.device == other.device { return self }
    return try alongOther(other, operation())
  }

  @inline(never)
  private func alongOther(_ other: Buffer, _ operation: String) throws -> Tensor {
    try requireJoinable(buffer, other, operation)
    guard let space = try ExampleSpace.of(other.device) else { return self }
    guard let own = try ExampleSpace.of(device) else {
      return try RepeatExamples.callAsFunction(self, over: space)
    }
    let union = ExampleSpace.union(own, space)
    return union.device == device ? self : try RepeatExamples.callAsFunction(self, over: union)
  }

  /// This tensor repeated over the examples that any of the indices vary with.
  func along(_ plan: IndexPlan, _ operation: @autoclosure () -> String) throws -> Tensor {
    var x = self
    for index in plan.indices where index.buffer.device.isOfExamples {
      x = try x.along(index.buffer, operation())
    }
    return x
  }

  /// Whether this is an example between whose elements others lie: then its memory is not what that
  /// of the example alone would be.
  var hasGapsInExample: Bool {
    guard let batch = buffer.batch else { return false }
    return !Buffer.whole(batch, dtype).isContiguous
  }

  /// Whether a bool is true, of any example; false on devices without elements.
  var isTrueAnywhere: Bool {
    get throws {
      let all = try ofAllExamples
      return try all.device.hasElements && all.any().item(Bool.self)
    }
  }

  /// The elements of all examples together: for checks that no example may fail. Unrecorded.
  var ofAllExamples: Tensor {
    get throws { Tensor(try buffer.ofAllExamples()) }
  }
}

/// Refuses buffers on devices that have nothing to do with each other.
private func requireJoinable(_ x: Buffer, _ y: Buffer, _ operation: String) throws {
  func base(_ buffer: Buffer) throws -> Device {
    let device = try buffer.target
    return try ExampleSpace.of(device)?.base ?? device
  }
  let (a, b) = (try base(x), try base(y))
  guard a == b else {
    throw TensorError.device(
      operation: operation, reason: "a tensor is on \(a) and another on \(b)")
  }
}

/// Refuses tensors on different devices; those inside of `vmap` agree with what they are made of.
@inline(__always)
func sameDevice(_ x: Tensor, _ y: Tensor, _ operation: @autoclosure () -> String) throws {
  if x.buffer.device == y.buffer.device, x.buffer.device != .failed { return }
  try requireJoinable(x.buffer, y.buffer, operation())
}

/// Refuses tensors on another device than x's: kernels would look for their elements where there
/// are none.
func requireDevice(_ x: Tensor, _ others: Tensor?..., operation: @autoclosure () -> String) throws {
  _ = try x.target
  for case let other? in others { try sameDevice(x, other, operation()) }
}
