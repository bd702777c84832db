import CKernels

/// An optimizer that moves each element by itself: one pass over every parameter and its state, the
/// parameters of all groups dealt out to the threads together.
public class FusedOptimizer<Options: OptimizerOptions>: GroupedOptimizer<Options> {
  private var steps: [mk_step] = []
  /// The gradients' memory until the kernel has read it.
  private var gradients: [Buffer] = []

  /// How elements move: everything of the step but memory.
  ///
  /// - Parameters:
  ///   - step: Which step of the parameter this is, counted from 1.
  ///   - numbers: What is remembered of the parameter, to be changed for the next step.
  class func rule(_ options: Options, step: Int, _ numbers: inout OptimizerNumbers) -> mk_step {
    mk_step()
  }

  /// What the remembered tensors start as; nil for those that these options do without.
  class func initialState(_ options: Options) -> (Double?, Double?, Double?) { (nil, nil, nil) }

  override func isRemembered(_ position: Int, _ parameter: Parameter, _ options: Options) -> Bool {
    initial(position, options) != nil
  }

  override func remembered(_ position: Int, _ slot: OptimizerSlot, _ options: Options) -> Tensor? {
    if let tensor = slot.tensors[position] { return tensor }
    // Hyper-parameters that have changed since the last step may ask for it from the next one on.
    return initial(position, options).map {
      .full(slot.parameter.value.shape, $0, dtype: slot.parameter.value.dtype)
    }
  }

  private func initial(_ position: Int, _ options: Options) -> Double? {
    let initial = Self.initialState(options)
    return position == 0 ? initial.0 : position == 1 ? initial.1 : initial.2
  }

  /// Updates every parameter that has a gradient and is not frozen. When an error is thrown, none
  /// has changed.
  public override func step() throws {
    defer {
      steps.removeAll(keepingCapacity: true)
      gradients.removeAll(keepingCapacity: true)
    }
    do {
      for group in groups { try prepare(group) }
      if let device = gradients.first { try device.backend.takeSteps(steps) }
    } catch {
      for group in groups { for i in group.slots.indices { group.slots[i].pending = nil } }
      throw error
    }
    for group in groups {
      for i in group.slots.indices {
        if let numbers = group.slots[i].pending {
          group.slots[i].step &+= 1
          group.slots[i].numbers = numbers
          group.slots[i].pending = nil
        }
      }
    }
  }

  private func prepare(_ group: ParameterGroup<Options>) throws {
    let options = group.options
    let initial = Self.initialState(options)
    // Parameters that have taken the same steps move alike, which saves computing it for each.
    var last: (step: Int, before: OptimizerNumbers, rule: mk_step, after: OptimizerNumbers)?
    for i in group.slots.indices {
      guard let gradient = try group.slots[i].parameter.stepGradient()?.buffer else { continue }
      // Not a copy of the slot, which would share its tensors.
      let (step, before) = (group.slots[i].step, group.slots[i].numbers)
      if last == nil || last?.step != step || last?.before != before {
        var numbers = before
        let rule = Self.rule(options, step: step &+ 1, &numbers)
        last = (step, before, rule, numbers)
      }
      guard let moves = last else { continue }
      try append(moves.rule, &group.slots[i], gradient, initial)
      group.slots[i].pending = moves.after
    }
  }

  private func append(
    _ rule: mk_step, _ slot: inout OptimizerSlot, _ gradient: Buffer,
    _ initial: (Double?, Double?, Double?)
  ) throws {
    if let other = gradients.first, other.device != gradient.device {
      throw TensorError.device(
        operation: "step", reason: "parameters are on \(other.device) and on \(gradient.device)")
    }
    let elements = try slot.parameter.writableElements()
    var step = rule
    step.dtype = gradient.dtype.kernel
    step.count = Int64(gradient.count)
    step.parameter = elements.data
    step.gradient = UnsafeRawPointer(gradient.data)
    step.first = slot.tensors.first == nil
    step.state.0 = try state(&slot.tensors.first, initial.0, like: elements)
    step.state.1 = try state(&slot.tensors.second, initial.1, like: elements)
    step.state.2 = try state(&slot.tensors.third, initial.2, like: elements)
    steps.append(step)
    gradients.append(gradient)
  }

  @inline(__always)
  private func state(_ tensor: inout Tensor?, _ initial: Double?, like elements: Buffer) throws
    -> UnsafeMutableRawPointer?
  {
    guard let initial else { return nil }
    if tensor != nil {
      if tensor?.buffer.sizes != elements.sizes || tensor?.buffer.dtype != elements.dtype {
        tensor = try tensor.map { try adopted($0.buffer, like: elements) }
      }
    } else {
      tensor = try .filled(elements.sizes, .float(initial), elements.dtype, elements.target)
    }
    // A state dictionary may share the memory.
    try tensor?.makeWritable()
    return tensor?.buffer.data
  }

  /// What was remembered before the parameter changed its dtype.
  private func adopted(_ remembered: Buffer, like elements: Buffer) throws -> Tensor {
    guard remembered.sizes == elements.sizes else {
      throw TensorError.shape(
        operation: "step", shapes: [elements.sizes.array, remembered.sizes.array],
        reason: "a parameter has changed its shape since its last step")
    }
    return try noGrad { try Tensor(remembered).to(elements.dtype) }
  }
}
