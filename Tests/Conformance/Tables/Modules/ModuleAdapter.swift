import Martlet

/// A module of Martlet as a case sees it.
final class ModuleAdapter<M: Module>: ModuleUnderTest {
  private let module: M
  private let call: (M, Arguments) throws -> [Output]

  /// - Parameter call: calls the module with the arguments of the case.
  init(_ module: M, call: @escaping (M, Arguments) throws -> [Output]) {
    self.module = module
    self.call = call
  }

  var parameters: [(name: String, value: Tensor)] {
    module.namedParameters().map { ($0.name, $0.parameter.value) }
  }

  var buffers: [(name: String, value: Tensor)] {
    module.namedBuffers().map { ($0.name, $0.buffer.value) }
  }

  func convert(to dtype: DType) throws {
    for (_, parameter) in module.namedParameters() where parameter.value.dtype.isFloatingPoint {
      parameter.value = try noGrad { try parameter.value.to(dtype) }
    }
    for (_, buffer) in module.namedBuffers() where buffer.value.dtype.isFloatingPoint {
      buffer.value = try buffer.value.to(dtype)
    }
  }

  func setTraining(_ isTraining: Bool) { module.train(isTraining) }

  func load(_ state: [String: Tensor]) throws {
    try module.load(stateDict: TensorDictionary(state.map { ($0.key, $0.value) }))
  }

  func forward(_ arguments: Arguments) throws -> [Output] { try call(module, arguments) }
}

extension ModuleTable {
  /// A module from one tensor to one tensor.
  mutating func add<M: Module<Tensor, Tensor>>(
    _ name: String, layer make: @escaping (Arguments) throws -> M
  ) {
    add(name) { arguments in
      ModuleAdapter(try make(arguments)) { module, inputs in
        [.tensor(try module(inputs.tensor(0, "input")))]
      }
    }
  }

  /// A module from two tensors to one.
  mutating func add<M: Module<(Tensor, Tensor), Tensor>>(
    _ name: String, pair make: @escaping (Arguments) throws -> M
  ) {
    add(name) { arguments in
      ModuleAdapter(try make(arguments)) { module, inputs in
        [.tensor(try module(inputs.tensor(0), inputs.tensor(1)))]
      }
    }
  }

  /// A module from three tensors to one.
  mutating func add<M: Module<(Tensor, Tensor, Tensor), Tensor>>(
    _ name: String, triple make: @escaping (Arguments) throws -> M
  ) {
    add(name) { arguments in
      ModuleAdapter(try make(arguments)) { module, inputs in
        [.tensor(try module(inputs.tensor(0), inputs.tensor(1), inputs.tensor(2)))]
      }
    }
  }
}
