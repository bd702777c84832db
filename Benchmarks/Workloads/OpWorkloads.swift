import Martlet

/// Single operations, each with a new output for every call.
package enum OpWorkloads {
  private static let many = 10_000_000

  package static let all =
    elementwise + reductions + products + images + movement + random + attention

  private static func op(
    _ name: String, _ shapes: [Int]..., body: @escaping @Sendable ([Tensor]) throws -> Tensor
  )
    -> Workload
  {
    Workload("op." + name) {
      let inputs = shapes.map { Tensor.randn($0) }
      return { _ = try body(inputs) }
    }
  }

  private static let elementwise = [
    op("add_2k", [2000], [2000]) { try $0[0] + $0[1] },
    op("add_10m", [many], [many]) { try $0[0] + $0[1] },
    Workload("op.add_grad_2k") {
      let a = Tensor.randn([2000], requiresGrad: true)
      let b = Tensor.randn([2000], requiresGrad: true)
      return { _ = try a + b }
    },
    op("add_bcast", [4096, 1024], [1024]) { try $0[0] + $0[1] },
    op("exp_10m", [many]) { try $0[0].exp() },
    op("tanh_10m", [many]) { try $0[0].tanh() },
    op("gelu_1m", [1_000_000]) { try $0[0].gelu() },
    op("chain_10m", [many], [many], [many], [many]) {
      try ($0[0] * $0[1] + $0[2]).relu() * $0[3] - $0[0]
    },
    op("where_10m", [many], [many]) { try $0[0].where($0[0] .> 0, else: $0[1]) },
  ]

  private static let reductions = [
    op("sum_10m", [many]) { try $0[0].sum() },
    op("sum_rows", [4096, 1024]) { try $0[0].sum(1) },
    op("sum_cols", [4096, 1024]) { try $0[0].sum(0) },
    op("softmax", [4096, 1024]) { try $0[0].softmax(dim: 1) },
    op("layer_norm", [4096, 1024], [1024], [1024]) {
      try layerNorm($0[0], normalizedShape: [1024], weight: $0[1], bias: $0[2])
    },
    op("cumsum", [4096, 1024]) { try $0[0].cumsum(1) },
    op("argmax", [4096, 1024]) { try $0[0].argmax(1) },
    op("sort_1m", [1_000_000]) { try $0[0].sort().values },
    op("topk", [4096, 1024]) { try $0[0].topk(10, 1).values },
  ]

  private static let products =
    [256, 1024, 2048].map { n in op("matmul_\(n)", [n, n], [n, n]) { try $0[0].mm($0[1]) } } + [
      op("matmul_t_1024", [1024, 1024], [1024, 1024]) { try $0[0].matmul($0[1].t()) },
      op("bmm", [64, 128, 64], [64, 64, 128]) { try $0[0].bmm($0[1]) },
    ]

  private static let images = [
    op("conv3x3", [32, 64, 56, 56], [64, 64, 3, 3]) { try conv2d($0[0], $0[1], padding: 1) },
    Workload("op.conv3x3_bwd") {
      let x = Tensor.randn([32, 64, 56, 56], requiresGrad: true)
      let w = Tensor.randn([64, 64, 3, 3], requiresGrad: true)
      let g = Tensor.randn([32, 64, 56, 56])
      return {
        _ = try gradients(of: conv2d(x, w, padding: 1), for: [x, w], gradOutput: g)
      }
    },
    op("conv1x1", [32, 256, 14, 14], [512, 256, 1, 1]) { try conv2d($0[0], $0[1]) },
    op("dwconv", [32, 128, 28, 28], [128, 1, 3, 3]) {
      try conv2d($0[0], $0[1], padding: 1, groups: 128)
    },
    op("maxpool", [32, 64, 56, 56]) { try maxPool2d($0[0], kernelSize: 2) },
    op("batch_norm_train", [32, 64, 56, 56], [64], [64]) {
      var mean: Tensor?
      var variance: Tensor?
      return try batchNorm(
        $0[0], runningMean: &mean, runningVar: &variance, weight: $0[1], bias: $0[2],
        training: true)
    },
  ]

  private static let movement = [
    op("transpose_copy", [4096, 4096]) { try $0[0].t().contiguous() },
    Workload("op.gather_rows") {
      let table = Tensor.randn([50000, 256])
      let rows = Tensor.randint(0..<50000, [32768])
      return { _ = try table.indexSelect(0, rows) }
    },
    Workload("op.scatter_add") {
      // In place, as the peers do it.
      var sum = Tensor.zeros([50000, 256])
      let rows = Tensor.randint(0..<50000, [32768])
      let values = Tensor.randn([32768, 256])
      return { try sum.add(values, at: rows) }
    },
    op("index_bool_1m", [1_000_000]) { try $0[0][$0[0] .> 0] },
    op(
      "cat", [1024, 1024], [1024, 1024], [1024, 1024], [1024, 1024], [1024, 1024], [1024, 1024],
      [1024, 1024], [1024, 1024]
    ) { try cat($0, dim: 1) },
  ]

  private static let random = [
    Workload("op.randn_10m") { { _ = Tensor.randn([many]) } }
  ]

  private static let attention = [
    op("attention", [8, 8, 512, 64], [8, 8, 512, 64], [8, 8, 512, 64]) {
      try scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: true)
    }
  ]
}
