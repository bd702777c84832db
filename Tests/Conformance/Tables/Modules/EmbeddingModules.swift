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
    add("nn.EmbeddingBag") { arguments in
      let layer = try EmbeddingBag(
        arguments.int(0, "num_embeddings"), arguments.int(1, "embedding_dim"),
        mode: arguments.choice(
          5, "mode", default: .mean, ["mean": BagReduction.mean, "sum": .sum, "max": .max]),
        paddingIndex: arguments[9, "padding_idx"]?.int(),
        maxNorm: arguments[2, "max_norm"]?.double(),
        normType: arguments.double(3, "norm_type", default: 2),
        scaleGradByFrequency: arguments.bool(4, "scale_grad_by_freq"),
        includesLastOffset: arguments.bool(8, "include_last_offset"))
      return ModuleAdapter(layer) { layer, inputs in
        [
          .tensor(
            try layer(
              inputs.tensor(0), offsets: inputs[1, "offsets"]?.tensor(),
              sampleWeights: inputs[2, "per_sample_weights"]?.tensor()))
        ]
      }
    }
  }
}
