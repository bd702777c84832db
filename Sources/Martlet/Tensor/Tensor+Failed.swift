/// Why a tensor could not be created, in place of its memory.
private final class CreationFailure: MemoryOwner, @unchecked Sendable {
  let error: TensorError

  init(_ error: TensorError) { self.error = error }
}

extension Buffer {
  /// A buffer without elements that every operation refuses with `error`.
  convenience init(failing error: TensorError) {
    self.init(
      foreign: CreationFailure(error), data: Buffer.nowhere, Dims(repeating: 0, rank: 1), .float32,
      .failed)
  }

  var creationError: TensorError {
    (owner as? CreationFailure)?.error
      ?? .device(operation: "tensor", reason: "the tensor could not be created")
  }
}

extension Tensor {
  /// The tensor that `body` creates. If it cannot be created, a stand-in whose first use throws
  /// why: so that the default values of stored properties, where Swift allows no `try`, can create
  /// tensors.
  static func creating(requiresGrad: Bool, _ body: () throws -> Tensor) -> Tensor {
    do {
      let tensor = try body()
      return requiresGrad ? try tensor.requiringGrad() : tensor
    } catch let error as TensorError {
      return Tensor(Buffer(failing: error))
    } catch {
      return Tensor(Buffer(failing: .argument(operation: "tensor", reason: "\(error)")))
    }
  }

  /// Throws why this tensor could not be created, if it could not.
  func validate() throws {
    if device == .failed { throw buffer.creationError }
  }
}
