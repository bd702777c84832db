import CKernels

extension CPUBackend {
  func sgdStep(
    _ options: mk_sgd, _ parameter: Buffer, _ gradient: Buffer, _ momentum: Buffer?
  ) throws {
    var options = options
    try check(
      mk_sgd_step(
        parameter.dtype.kernel, &options, Int64(parameter.count), parameter.data, gradient.data,
        momentum?.data),
      "SGD", parameter.dtype)
  }

  func adamStep(
    _ options: mk_adam, _ parameter: Buffer, _ gradient: Buffer, _ average: Buffer,
    _ square: Buffer, _ maxSquare: Buffer?
  ) throws {
    var options = options
    try check(
      mk_adam_step(
        parameter.dtype.kernel, &options, Int64(parameter.count), parameter.data, gradient.data,
        average.data, square.data, maxSquare?.data),
      "Adam", parameter.dtype)
  }

  func rmspropStep(
    _ options: mk_rmsprop, _ parameter: Buffer, _ gradient: Buffer, _ square: Buffer,
    _ momentum: Buffer?, _ average: Buffer?
  ) throws {
    var options = options
    try check(
      mk_rmsprop_step(
        parameter.dtype.kernel, &options, Int64(parameter.count), parameter.data, gradient.data,
        square.data, momentum?.data, average?.data),
      "RMSprop", parameter.dtype)
  }
}
