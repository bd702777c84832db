import Martlet

/// Operations beyond the common workloads, large and small: those that were found slow, and those
/// that are near them. `Benchmarks/torch_more.py` times PyTorch's.
package enum MoreWorkloads {
  package static let all = sums + searches + images + losses + algebra + elementwise + joins

  private static let million = 1_000_000

  private static func row(
    _ name: String, _ shapes: [Int]..., body: @escaping @Sendable ([Tensor]) throws -> Tensor
  ) -> Workload {
    Workload("more." + name) {
      let inputs = shapes.map { Tensor.randn($0) }
      return { _ = try body(inputs) }
    }
  }

  private static let sums = [
    Workload("more.bincount_1m") {
      let x = Tensor.randint(0..<1000, [million])
      return { _ = try x.bincount() }
    },
    row("histc_1m", [million]) { try $0[0].histc(bins: 100, min: -3, max: 3) },
    Workload("more.index_add_100") {
      let (x, values) = (Tensor.zeros([100]), Tensor.randn([million]))
      let positions = Tensor.randint(0..<100, [million])
      return { _ = try x.scatterAdd(0, positions, values) }
    },
    row("dot_1m", [million], [million]) { try $0[0].dot($0[1]) },
  ]

  private static let searches = [
    row("median_1m", [million]) { try $0[0].median() },
    row("median_rows", [1024, 1024]) { try $0[0].median(dim: 1).values },
    row("kthvalue_1m", [million]) { try $0[0].kthValue(1000, 0).values },
  ]

  private static let images = [
    row("pad_zero", [8, 16, 64, 64]) { try pad($0[0], [2, 2, 2, 2]) },
    row("pad_value", [8, 16, 64, 64]) { try pad($0[0], [2, 2, 2, 2], value: 1.5) },
    row("pad_reflect", [8, 16, 64, 64]) { try pad($0[0], [2, 2, 2, 2], mode: .reflect) },
    Workload("more.grid_sample") {
      let (x, grid) = (Tensor.randn([8, 16, 64, 64]), try Tensor.rand([8, 64, 64, 2]) * 2 - 1)
      return { _ = try gridSample(x, grid) }
    },
  ]

  private static let losses = [
    row("huber_1m", [million], [million]) { try huberLoss($0[0], $0[1]) },
    row("mse_1m", [million], [million]) { try mseLoss($0[0], $0[1]) },
    Workload("more.nll_1k") {
      let (x, labels) = (Tensor.randn([1024, 1024]), Tensor.randint(0..<1024, [1024]))
      return { _ = try nllLoss(x, labels) }
    },
    Workload("more.embedding_bag") {
      let (table, indices) = (Tensor.randn([1024, 1024]), Tensor.randint(0..<1024, [32, 32]))
      return { _ = try embeddingBag(indices, table) }
    },
  ]

  private static let algebra = [
    row("kron_32", [32, 32], [32, 32]) { try $0[0].kron($0[1]) },
    Workload("more.matmul_f64_256") {
      let x = Tensor.randn([256, 256], dtype: .float64)
      return { _ = try x.matmul(x) }
    },
    Workload("more.eigh_64") {
      let x = Tensor.randn([64, 64])
      let symmetric = try x + x.t()
      return { _ = try symmetric.eigh() }
    },
    row("lstsq_64", [64, 64], [64, 64]) { try $0[0].lstsq($0[1]).solution },
    row("det_3", [1024, 3, 3]) { try $0[0].det() },
  ]

  private static let elementwise = [
    row("exp_1m", [million]) { try $0[0].exp() },
    row("gelu_tanh_1m", [million]) { try $0[0].gelu(approximate: .tanh) },
    row("hardswish_1m", [million]) { try hardswish($0[0]) },
    Workload("more.lgamma_1m") {
      let x = try Tensor.rand([million]) * 10
      return { _ = try x.lgamma() }
    },
    Workload("more.exp_f64_1m") {
      let x = Tensor.randn([million], dtype: .float64)
      return { _ = try x.exp() }
    },
  ]

  private static let joins = [
    Workload("more.cat_32") {
      let parts = (0..<32).map { _ in Tensor.randn([32, 32]) }
      return { _ = try cat(parts) }
    },
    row("tril", [1024, 1024]) { try $0[0].tril() },
  ]
}
