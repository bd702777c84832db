/// Compares the gradients of a function with finite differences.
///
/// Central differences in float64 with step `eps` are accurate to about `eps^2`, so that right
/// gradients agree within the default tolerances and wrong ones do not.
///
///     try gradientCheck([Tensor.randn([3], dtype: .float64)]) { [try $0[0].sin()] }
///
/// - Parameters:
///   - inputs: Where to check; float64. Those that require gradients are checked, all if none does.
///   - eps: The step of the differences.
///   - atol: The absolute tolerance.
///   - rtol: The tolerance relative to the difference quotient.
///   - function: What is checked; may return any number of tensors.
/// - Throws: `TensorError.autograd` naming the input, the element and both values, if they differ
///   by more than `atol + rtol |difference quotient|`; what the function throws.
public func gradientCheck(
  _ inputs: [Tensor], eps: Double = 1e-6, atol: Double = 1e-5, rtol: Double = 1e-3,
  _ function: ([Tensor]) throws -> [Tensor]
) throws {
  let inputs = try prepared(inputs)
  let outputs = try function(inputs)
  for (number, output) in outputs.enumerated() where output.dtype.isFloatingPoint {
    // One row of the Jacobian for each element of the output.
    var analytic = [[[Double]]](repeating: [], count: inputs.count)
    for element in 0..<output.count {
      var seed = Tensor.zeros([output.count], dtype: .float64)
      try seed.assign(1.0, at: element)
      let rows: [Tensor?] =
        output.requiresGrad
        ? try gradients(
          of: output, for: inputs.filter(\.requiresGrad), gradOutput: seed.reshape(output.shape),
          retainGraph: true)
        : Array(repeating: nil, count: inputs.filter(\.requiresGrad).count)
      var next = rows.makeIterator()
      for (i, input) in inputs.enumerated() where input.requiresGrad {
        let row = next.next() ?? nil
        analytic[i].append(
          try row?.array(of: Double.self) ?? Array(repeating: 0, count: input.count))
      }
    }
    for (i, input) in inputs.enumerated() where input.requiresGrad {
      for element in 0..<input.count {
        let column = try differenceQuotients(inputs, i, element, eps) {
          try function($0)[number]
        }
        for (row, numeric) in column.enumerated() {
          let value = analytic[i][row][element]
          guard abs(value - numeric) <= atol + rtol * abs(numeric) else {
            throw TensorError.autograd(
              "gradient check: the derivative of element \(row) of output \(number) by element \(element)"
                + " of input \(i) is \(value), but finite differences give \(numeric)")
          }
        }
      }
    }
  }
}

/// Compares the directional derivatives of forward mode with finite differences along a random
/// direction.
///
///     try forwardGradientCheck([Tensor.randn([3], dtype: .float64)]) { [try $0[0].sin()] }
///
/// - Throws: As `gradientCheck`.
public func forwardGradientCheck(
  _ inputs: [Tensor], eps: Double = 1e-6, atol: Double = 1e-5, rtol: Double = 1e-3,
  _ function: ([Tensor]) throws -> [Tensor]
) throws {
  let inputs = try prepared(inputs).map { $0.detached() }
  let directions = inputs.enumerated().map { i, input in
    input.dtype.isFloatingPoint
      ? withSeed(UInt64(i) + 29) { Tensor.randn(input.shape, dtype: .float64) } : nil
  }
  func moved(_ step: Double) throws -> [Tensor] {
    try function(zip(inputs, directions).map { try $1.map { [x = $0] in try x + $0 * step } ?? $0 })
  }
  let slopes = try jvp(at: inputs, directions, function).tangents
  let above = try moved(eps)
  let below = try moved(-eps)
  for (number, slope) in slopes.enumerated() where above[number].dtype.isFloatingPoint {
    let quotients = try (above[number] - below[number]) / (2 * eps)
    let pairs = zip(
      try slope.array(of: Double.self), try quotients.array(of: Double.self))
    for (element, (value, numeric)) in pairs.enumerated() {
      guard abs(value - numeric) <= atol + rtol * abs(numeric) else {
        throw TensorError.autograd(
          "gradient check: the directional derivative of element \(element) of output \(number) is"
            + " \(value), but finite differences give \(numeric)")
      }
    }
  }
}

/// Compares second derivatives with finite differences of the first ones.
///
///     try gradientGradientCheck([Tensor.randn([3], dtype: .float64)]) { [try $0[0].sin()] }
///
/// - Throws: As `gradientCheck`.
public func gradientGradientCheck(
  _ inputs: [Tensor], eps: Double = 1e-6, atol: Double = 1e-5, rtol: Double = 1e-3,
  _ function: ([Tensor]) throws -> [Tensor]
) throws {
  let inputs = try prepared(inputs)
  let outputs = try function(inputs).filter { $0.dtype.isFloatingPoint && $0.requiresGrad }
  // Gradients to start from are inputs as well: the first derivative is linear in them.
  let seeds = outputs.enumerated().map { i, output in
    withSeed(UInt64(i) + 17) {
      Tensor.randn(output.shape, dtype: .float64, requiresGrad: true)
    }
  }
  let needed = inputs.indices.filter { inputs[$0].requiresGrad }
  try gradientCheck(inputs + seeds, eps: eps, atol: atol, rtol: rtol) { all in
    let inputs = Array(all.prefix(inputs.count))
    let seeds = Array(all.suffix(seeds.count))
    let outputs = try function(inputs).filter { $0.dtype.isFloatingPoint && $0.requiresGrad }
    return try gradients(
      of: outputs, for: needed.map { inputs[$0] }, gradOutputs: seeds, createGraph: true
    ).compactMap { $0 }
  }
}

private func prepared(_ inputs: [Tensor]) throws -> [Tensor] {
  for input in inputs where input.dtype.isFloatingPoint && input.dtype != .float64 {
    throw TensorError.dtype(
      operation: "gradientCheck", dtypes: [input.dtype],
      reason: "finite differences need float64 inputs")
  }
  if inputs.contains(where: \.requiresGrad) { return inputs }
  return try inputs.map { $0.dtype.isFloatingPoint ? try $0.requiringGrad() : $0 }
}

/// How the output changes with one element of one input.
private func differenceQuotients(
  _ inputs: [Tensor], _ index: Int, _ element: Int, _ eps: Double,
  _ function: ([Tensor]) throws -> Tensor
) throws -> [Double] {
  func value(_ step: Double) throws -> [Double] {
    var elements = try inputs[index].array(of: Double.self)
    elements[element] += step
    var moved = inputs
    // Still a variable: functions may ask for gradients inside.
    moved[index] = try Tensor(
      elements, shape: inputs[index].shape, dtype: .float64, requiresGrad: true)
    return try function(moved).array(of: Double.self)
  }
  let above = try value(eps)
  let below = try value(-eps)
  return zip(above, below).map { ($0 - $1) / (2 * eps) }
}
