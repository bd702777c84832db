import CKernels

/// The parameters of one direction of a recurrent layer, or of a cell.
struct RecurrentWeights: Sendable {
  /// `[gates hidden, in]`.
  let input: Parameter
  /// `[gates hidden, width]`.
  let recurrent: Parameter
  let inputBias: Parameter?
  let recurrentBias: Parameter?
  /// `[width, hidden]`.
  let projection: Parameter?

  /// Uniform in `±1 / sqrt(hidden)`. The names end in `suffix`.
  init(
    _ arguments: LayerArguments, _ cell: mk_cell, inputs: Int, hidden: Int, projection: Int,
    bias: Bool, suffix: String = ""
  ) {
    let bound = hidden > 0 ? 1 / Double(hidden).squareRoot() : 0
    func parameter(_ name: String, _ shape: @autoclosure () -> [Int]) -> Parameter {
      arguments.parameter(name + suffix) { Tensor.uniform(shape(), -bound, bound) }
    }
    // Only computed where the arguments are right.
    func rows() -> Int { cell.gates * hidden }
    input = parameter("weight_ih", [rows(), inputs])
    recurrent = parameter("weight_hh", [rows(), projection > 0 ? projection : hidden])
    inputBias = bias ? parameter("bias_ih", [rows()]) : nil
    recurrentBias = bias ? parameter("bias_hh", [rows()]) : nil
    self.projection = projection > 0 ? parameter("weight_hr", [projection, hidden]) : nil
  }

  /// In PyTorch's order.
  var all: [Parameter] {
    [input, recurrent] + [inputBias, recurrentBias, projection].compactMap { $0 }
  }

  /// What sequences and states have to be in, converted as autocast asks.
  var dtype: DType { Autocast.low(input.value.dtype) }

  /// All steps: x `[rows, in]` to states `[rows, width]` and last cells `[batch, hidden]`. The
  /// products of the inputs are one, whatever the number of steps.
  func run(
    _ cell: mk_cell, _ x: Tensor, batchSizes: [Int], isReversed: Bool = false, state: Tensor?,
    cells: Tensor?
  ) throws -> (states: Tensor, cells: Tensor?) {
    // Half precision is computed in float32 and rounded once, at the end.
    let dtype = x.dtype
    let computed: DType = dtype == .float64 ? .float64 : .float32
    func wide(_ tensor: Tensor) throws -> Tensor { try Autocast.low(tensor).to(computed) }
    var bias = try (inputBias?.value).map(wide)
    var lastBias: Tensor?
    if var added = try (recurrentBias?.value).map(wide) {
      if cell == .gru {
        // That of the last gate belongs to a part that is multiplied first.
        let parts = try added.chunk(3)
        lastBias = parts[2]
        added = try cat([parts[0], parts[1], parts[2].zerosLike()])
      }
      bias = try bias.map { try $0 + added }
    }
    let (rows, weight) = (try wide(x), try wide(input.value))
    let gates = try Autocast.without { try linear(rows, weight, bias) }
    let (states, last) = try Recurrence.callAsFunction(
      cell,
      Recurrence.Operands(
        x: gates, weight: wide(recurrent.value), bias: lastBias,
        projection: (projection?.value).map(wide), state: state.map(wide), cells: cells.map(wide)),
      batchSizes: batchSizes, isReversed: isReversed)
    return (try states.to(dtype), try last?.to(dtype))
  }
}
