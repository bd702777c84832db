import Martlet

extension ModuleTable {
  /// Attention and what is built of it.
  mutating func addTransformers() {
    add("nn.MultiheadAttention") { arguments in
      let layer = try MultiheadAttention(
        arguments.int(0, "embed_dim"), arguments.int(1, "num_heads"),
        dropout: arguments.double(2, "dropout", default: 0),
        bias: arguments.bool(3, "bias", default: true),
        addKeyValueBias: arguments.bool(4, "add_bias_kv"),
        addZeroAttention: arguments.bool(5, "add_zero_attn"),
        keySize: arguments[6, "kdim"]?.int(), valueSize: arguments[7, "vdim"]?.int(),
        batchFirst: arguments.bool(8, "batch_first"))
      return ModuleAdapter(layer) { layer, inputs in
        let (output, weights) = try layer(
          inputs.tensor(0, "query"), inputs.tensor(1, "key"), inputs.tensor(2, "value"),
          mask: inputs[5, "attn_mask"]?.tensor(),
          keyPaddingMask: inputs[3, "key_padding_mask"]?.tensor(),
          isCausal: inputs.bool(7, "is_causal"),
          needsWeights: inputs.bool(4, "need_weights", default: true),
          averagesWeights: inputs.bool(6, "average_attn_weights", default: true))
        return [.tensor(output), weights.map { .tensor($0) } ?? .none]
      }
    }
    addEncoders()
    addDecoders()
    add("nn.Transformer") { arguments in
      let layer = try Transformer(
        width: arguments.int(0, "d_model", default: 512),
        heads: arguments.int(1, "nhead", default: 8),
        encoderLayers: arguments.int(2, "num_encoder_layers", default: 6),
        decoderLayers: arguments.int(3, "num_decoder_layers", default: 6),
        feedForward: arguments.int(4, "dim_feedforward", default: 2048),
        dropout: arguments.double(5, "dropout", default: 0.1),
        activation: arguments.activation(6),
        eps: arguments.double(nil, "layer_norm_eps", default: 1e-5),
        batchFirst: arguments.bool(nil, "batch_first"),
        normFirst: arguments.bool(nil, "norm_first"),
        bias: arguments.bool(nil, "bias", default: true))
      return ModuleAdapter(layer) { layer, inputs in
        [
          .tensor(
            try layer(
              inputs.tensor(0, "src"), inputs.tensor(1, "tgt"),
              sourceMasks: inputs.masks(2, "src_mask", 5, "src_key_padding_mask", "src_is_causal"),
              targetMasks: inputs.masks(3, "tgt_mask", 6, "tgt_key_padding_mask", "tgt_is_causal"),
              memoryMasks: inputs.masks(
                4, "memory_mask", 7, "memory_key_padding_mask", "memory_is_causal")))
        ]
      }
    }
  }

  private mutating func addEncoders() {
    add("nn.TransformerEncoderLayer") { arguments in
      ModuleAdapter(try Self.encoderLayer(arguments)) { layer, inputs in
        [
          .tensor(
            try layer(
              (
                inputs.tensor(0, "src"),
                inputs.masks(1, "src_mask", 2, "src_key_padding_mask", "is_causal")
              )))
        ]
      }
    }
    add("nn.TransformerEncoder") { arguments in
      let layer = try arguments.layer(0, "encoder_layer", "nn.TransformerEncoderLayer")
      let encoder = try TransformerEncoder(layers: arguments.int(1, "num_layers")) {
        try Self.encoderLayer(layer)
      }
      return ModuleAdapter(encoder) { encoder, inputs in
        [
          .tensor(
            try encoder(
              (
                inputs.tensor(0, "src"),
                inputs.masks(1, "mask", 2, "src_key_padding_mask", "is_causal")
              )))
        ]
      }
    }
  }

  private mutating func addDecoders() {
    func call<M: Module>(_ module: M) -> any ModuleUnderTest
    where M.Input == TransformerDecoder.Input, M.Output == Tensor {
      ModuleAdapter(module) { module, inputs in
        let masks = try (
          inputs.masks(2, "tgt_mask", 4, "tgt_key_padding_mask", "tgt_is_causal"),
          inputs.masks(3, "memory_mask", 5, "memory_key_padding_mask", "memory_is_causal")
        )
        return [
          .tensor(
            try module(
              (inputs.tensor(0, "tgt"), inputs.tensor(1, "memory"), masks.0, masks.1)))
        ]
      }
    }
    add("nn.TransformerDecoderLayer") { call(try Self.decoderLayer($0)) }
    add("nn.TransformerDecoder") { arguments in
      let layer = try arguments.layer(0, "decoder_layer", "nn.TransformerDecoderLayer")
      return call(
        try TransformerDecoder(layers: arguments.int(1, "num_layers")) {
          try Self.decoderLayer(layer)
        })
    }
  }

  private static func encoderLayer(_ arguments: Arguments) throws -> TransformerEncoderLayer {
    let layer = try TransformerEncoderLayer(
      arguments.int(0, "d_model"), arguments.int(1, "nhead"),
      feedForward: arguments.int(2, "dim_feedforward", default: 2048),
      dropout: arguments.double(3, "dropout", default: 0.1), activation: arguments.activation(4),
      eps: arguments.double(5, "layer_norm_eps", default: 1e-5),
      batchFirst: arguments.bool(6, "batch_first"), normFirst: arguments.bool(7, "norm_first"),
      bias: arguments.bool(8, "bias", default: true))
    try arguments.requireAllConsumed()
    return layer
  }

  private static func decoderLayer(_ arguments: Arguments) throws -> TransformerDecoderLayer {
    let layer = try TransformerDecoderLayer(
      arguments.int(0, "d_model"), arguments.int(1, "nhead"),
      feedForward: arguments.int(2, "dim_feedforward", default: 2048),
      dropout: arguments.double(3, "dropout", default: 0.1), activation: arguments.activation(4),
      eps: arguments.double(5, "layer_norm_eps", default: 1e-5),
      batchFirst: arguments.bool(6, "batch_first"), normFirst: arguments.bool(7, "norm_first"),
      bias: arguments.bool(8, "bias", default: true))
    try arguments.requireAllConsumed()
    return layer
  }
}

extension Arguments {
  fileprivate func activation(_ position: Int) throws -> TransformerActivation {
    guard let argument = self[position, "activation"] else { return .relu }
    switch argument.value {
    case .string("relu"), .function("torch.nn.functional.relu"): return .relu
    case .string("gelu"), .function("torch.nn.functional.gelu"): return .gelu
    default: throw Unsupported("activation: \(argument.value.kind)")
    }
  }

  fileprivate func masks(
    _ position: Int, _ mask: String, _ paddingPosition: Int, _ padding: String, _ causal: String
  ) throws -> AttentionMasks {
    AttentionMasks(
      mask: try self[position, mask]?.tensor(),
      keyPaddingMask: try self[paddingPosition, padding]?.tensor(),
      isCausal: try bool(nil, causal))
  }

  /// The arguments of a layer that is given as a module.
  fileprivate func layer(_ position: Int, _ name: String, _ module: String) throws -> Arguments {
    guard let argument = self[position, name], case .module(module, _, _) = argument.value,
      let constructor = argument.constructor
    else { throw Unsupported("\(name) of another kind than \(module)") }
    return constructor
  }
}
