import CKernels

extension CPUBackend {
  func takeSteps(_ steps: [mk_step]) throws {
    try check(mk_take_steps(steps, Int64(steps.count)), "step", .float32)
  }
}
