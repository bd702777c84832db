import Martlet

extension ModuleTable {
  /// Tables of vectors.
  mutating func addEmbeddings() {
    add(
      "nn.Embedding",
      layer: {
        try Embedding(
          $0.int(0, "num_embeddings"), $0.int(1, "embedding_dim"),
          paddingIndex: $0[2, "padding_idx"]?.int(), maxNorm: $0[3, "max_norm"]?.double(),
          normType: $0.double(4, "norm_type", default: 2),
          scaleGradByFrequency: $0.bool(5, "scale_grad_by_freq"))
      })
  }
}
