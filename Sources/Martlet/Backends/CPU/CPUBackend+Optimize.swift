import CKernels

extension CPUBackend {
  func takeSteps(_ steps: [mk_step]) throws {
    let status = mk_take_steps(steps, Int64(steps.count))
    if status == .ok { return }
    let dtypes = steps.compactMap { DType(rawValue: $0.dtype.rawValue) }
    try check(status, "step", dtypes.first { !$0.isFloatingPoint } ?? .float32)
  }
}
