import Martlet

/// Loading of data.
package enum DataWorkloads {
  package static let all = [
    Workload("data.loader_epoch", unit: "ms") {
      let dataset = try TensorDataset(Tensor.randn([20000, 784]), Tensor.randint(0..<10, [20000]))
      let loader = try DataLoader(dataset, batchSize: 64, shuffle: true)
      return { try loader.forEach { _ in } }
    }
  ]
}
