import Martlet

extension OperationTable {
  /// Products of matrices.
  mutating func addMatrices() {
    add("matmul") { try $0.tensor(0).matmul($0.tensor(1, "other")) }
    add("__rmatmul__") { try $0.tensor(1, "other").matmul($0.tensor(0)) }
    add("mm") { try $0.tensor(0).mm($0.tensor(1, "mat2")) }
    add("mv") { try $0.tensor(0).mv($0.tensor(1, "vec")) }
    add("bmm") { try $0.tensor(0).bmm($0.tensor(1, "mat2")) }
    add("dot") { try $0.tensor(0).dot($0.tensor(1, "other")) }
    add("outer") { try $0.tensor(0).outer($0.tensor(1, "vec2")) }
    add("nn.functional.linear") {
      try linear($0.tensor(0), $0.tensor(1, "weight"), $0[2, "bias"]?.tensor())
    }
  }
}
