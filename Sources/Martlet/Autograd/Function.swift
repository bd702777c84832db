/// A differentiable function with a derivative of your own.
///
///     struct Clip: Function {
///       func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
///         context.save(inputs[0])
///         return try inputs[0].clamp(min: -1, max: 1)
///       }
///       func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
///         [try gradient * (context.saved(0).abs() .<= 1)]
///       }
///     }
///     let y = try Clip()(x)
public protocol Function: Sendable {
  /// Computes the result. Nothing in it is recorded; what `backward` needs is saved in the context.
  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor

  /// The gradient with respect to each input, given the one with respect to the result; nil for an
  /// input that gets none. Written in tensor operations, it can be differentiated itself.
  func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?]
}

/// What a `Function` hands from `forward` to `backward`.
public final class FunctionContext: @unchecked Sendable {
  fileprivate var tensors: [Tensor] = []
  fileprivate var isReleased = false

  /// For every input whether its gradient is wanted.
  public fileprivate(set) var needsGradient: [Bool] = []

  /// Keeps tensors for `backward`: inputs, or what was computed from them.
  ///
  ///     context.save(x, y)
  public func save(_ tensors: Tensor...) { self.tensors += tensors }

  /// The tensor saved as number `index`.
  ///
  ///     let x = try context.saved(0)
  ///
  /// - Throws: `TensorError.autograd` if there is none, or after `backward` has used the record up.
  public func saved(_ index: Int) throws -> Tensor {
    guard !isReleased else {
      throw TensorError.autograd(
        "a function's backward runs a second time, but what it saved was freed by the first; pass"
          + " retainGraph: true there to keep it")
    }
    guard tensors.indices.contains(index) else {
      throw TensorError.autograd(
        "a function saved \(tensors.count) tensors and reads number \(index)")
    }
    return tensors[index]
  }
}

extension Function {
  /// Applies the function, recording it if an input requires gradients.
  ///
  ///     let y = try Clip()(x)
  public func callAsFunction(_ inputs: Tensor...) throws -> Tensor {
    try self(inputs)
  }

  /// As `callAsFunction(_:)` with the inputs one by one.
  public func callAsFunction(_ inputs: [Tensor]) throws -> Tensor {
    let context = FunctionContext()
    context.needsGradient = inputs.map(\.requiresGrad)
    // Inputs go in with their history, so that what is saved of them stays differentiable.
    let result = try noGrad { try forward(inputs, context) }
    guard Mode.isRecording, inputs.contains(where: \.requiresGrad) else {
      return result.detached()
    }
    guard result.dtype.isFloatingPoint else { return result.detached() }
    // Inside of `vmap` the result can vary with more than an input does.
    let inputs = try inputs.map {
      $0.requiresGrad ? try $0.along(result.buffer, "\(Self.self)") : $0
    }
    return Tensor(result.buffer, Application(self, context, inputs))
  }
}

/// An application of a user's function in the record.
private final class Application<F: Function>: GradNode, @unchecked Sendable {
  private let function: F
  private let context: FunctionContext
  private let shapes: [Dims]

  init(_ function: F, _ context: FunctionContext, _ inputs: [Tensor]) {
    self.function = function
    self.context = context
    shapes = inputs.map(\.sizes)
    super.init(edges: inputs.map(\.history))
  }

  override var name: String { "\(F.self)" }

  override func backward(_ gradient: Tensor) throws {
    let gradients = try function.backward(gradient, context)
    guard gradients.count == shapes.count else {
      throw TensorError.autograd(
        "\(name): backward gives \(gradients.count) gradients for \(shapes.count) inputs")
    }
    for (i, gradient) in gradients.enumerated() {
      guard let edge = moreEdges[i], edge.isWanted, let gradient else { continue }
      guard gradient.sizes == shapes[i] else {
        throw TensorError.shape(
          operation: name, shapes: [gradient.shape, shapes[i].array],
          reason: "backward gives a gradient of another shape than input \(i) has")
      }
      try edge.collect(gradient)
    }
  }

  override func release() {
    context.tensors = []
    context.isReleased = true
  }

  /// Saved inputs hold the record that they came from; as edges it is released without recursion.
  deinit {
    for case let node? in context.tensors.map(\.history) { moreEdges.append(node) }
    context.tensors = []
  }
}
