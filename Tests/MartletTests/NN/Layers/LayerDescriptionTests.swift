import Testing

@testable import Martlet

/// What PyTorch 2.15 prints for the same layers.
@Suite struct LayerDescriptionTests {
  private func expect(
    _ layer: any Module, _ text: String, location: SourceLocation = #_sourceLocation
  ) {
    #expect(layer.description == text, sourceLocation: location)
  }

  @Test func shapesAndLinear() {
    expect(Linear(4, 2), "Linear(in_features=4, out_features=2, bias=True)")
    expect(Linear(4, 2, bias: false), "Linear(in_features=4, out_features=2, bias=False)")
    expect(Bilinear(2, 3, 4), "Bilinear(in1_features=2, in2_features=3, out_features=4, bias=True)")
    expect(Identity(), "Identity()")
    expect(Flatten(), "Flatten(start_dim=1, end_dim=-1)")
    expect(Flatten(0, 1), "Flatten(start_dim=0, end_dim=1)")
    expect(Unflatten(1, [2, 3]), "Unflatten(dim=1, unflattened_size=(2, 3))")
    expect(
      Fold([4, 5], [2, 3]),
      "Fold(output_size=(4, 5), kernel_size=(2, 3), dilation=1, padding=0, stride=1)"
    )
    expect(
      Fold(4, 2, dilation: 2, padding: 1, stride: 2),
      "Fold(output_size=4, kernel_size=2, dilation=2, padding=1, stride=2)"
    )
    expect(Unfold(3), "Unfold(kernel_size=3, dilation=1, padding=0, stride=1)")
    expect(
      Unfold([2, 3], padding: 1),
      "Unfold(kernel_size=(2, 3), dilation=1, padding=1, stride=1)"
    )
    expect(PixelShuffle(2), "PixelShuffle(upscale_factor=2)")
    expect(PixelUnshuffle(2), "PixelUnshuffle(downscale_factor=2)")
    expect(ChannelShuffle(4), "ChannelShuffle(groups=4)")
    expect(Upsample(scaleFactor: [2]), "Upsample(scale_factor=2.0, mode='nearest')")
    expect(Upsample(size: [4, 5], mode: .bilinear), "Upsample(size=(4, 5), mode='bilinear')")
    expect(
      Upsample(scaleFactor: [2, 3], mode: .cubic, alignCorners: true),
      "Upsample(scale_factor=(2.0, 3.0), mode='bicubic')"
    )
    expect(Upsample(size: 3, mode: .linear), "Upsample(size=3, mode='linear')")
    expect(
      UpsamplingNearest2d(scaleFactor: [2]),
      "UpsamplingNearest2d(scale_factor=2.0, mode='nearest')"
    )
    expect(
      UpsamplingBilinear2d(size: [2, 3]), "UpsamplingBilinear2d(size=(2, 3), mode='bilinear')"
    )
    expect(
      UpsamplingBilinear2d(scaleFactor: [2.5]),
      "UpsamplingBilinear2d(scale_factor=2.5, mode='bilinear')"
    )
    expect(CosineSimilarity(), "CosineSimilarity()")
    expect(PairwiseDistance(), "PairwiseDistance()")
  }

  @Test func windows() {
    expect(Conv1d(2, 4, kernelSize: 3), "Conv1d(2, 4, kernel_size=(3,), stride=(1,))")
    expect(
      Conv2d(
        2, 4, kernelSize: 3, stride: 2, padding: 1, dilation: 2, groups: 2, bias: false,
        paddingMode: .reflect),
      "Conv2d(2, 4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), dilation=(2, 2), groups=2"
        + ", bias=False, padding_mode=reflect)"
    )
    expect(
      Conv2d(2, 4, kernelSize: [3, 5], padding: .same),
      "Conv2d(2, 4, kernel_size=(3, 5), stride=(1, 1), padding=same)"
    )
    expect(
      Conv2d(2, 4, kernelSize: 3, padding: .valid),
      "Conv2d(2, 4, kernel_size=(3, 3), stride=(1, 1), padding=valid)"
    )
    expect(
      Conv3d(2, 4, kernelSize: 3, padding: [1, 0, 2]),
      "Conv3d(2, 4, kernel_size=(3, 3, 3), stride=(1, 1, 1), padding=(1, 0, 2))"
    )
    expect(
      ConvTranspose2d(
        2, 4, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1, groups: 2, dilation: 2),
      "ConvTranspose2d(2, 4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), dilation=(2, 2)"
        + ", output_padding=(1, 1), groups=2)"
    )
    expect(
      ConvTranspose1d(2, 4, kernelSize: 3, bias: false),
      "ConvTranspose1d(2, 4, kernel_size=(3,), stride=(1,), bias=False)"
    )
    expect(
      MaxPool1d(2), "MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)")
    expect(
      MaxPool2d([2, 3], stride: 1, padding: [1, 0], dilation: 2, ceilMode: true),
      "MaxPool2d(kernel_size=(2, 3), stride=1, padding=(1, 0), dilation=2, ceil_mode=True)"
    )
    expect(
      MaxPool2d(2), "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)")
    expect(
      MaxPool3d(2), "MaxPool3d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)")
    expect(AvgPool1d(2), "AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))")
    expect(AvgPool2d(2), "AvgPool2d(kernel_size=2, stride=2, padding=0)")
    expect(
      AvgPool2d([2, 3], stride: [1, 2], padding: 1, divisorOverride: 3),
      "AvgPool2d(kernel_size=(2, 3), stride=(1, 2), padding=1)"
    )
    expect(AvgPool3d(2), "AvgPool3d(kernel_size=2, stride=2, padding=0)")
    expect(AdaptiveAvgPool2d(1), "AdaptiveAvgPool2d(output_size=1)")
    expect(AdaptiveAvgPool2d([5, nil]), "AdaptiveAvgPool2d(output_size=(5, None))")
    expect(AdaptiveMaxPool1d(3), "AdaptiveMaxPool1d(output_size=3)")
    expect(AdaptiveMaxPool3d([1, 2, 3]), "AdaptiveMaxPool3d(output_size=(1, 2, 3))")
    expect(FractionalMaxPool2d(3, outputSize: 2), "FractionalMaxPool2d()")
    expect(FractionalMaxPool3d(3, outputRatio: [0.5]), "FractionalMaxPool3d()")
    expect(LPPool1d(2, 3), "LPPool1d(norm_type=2, kernel_size=3, stride=None, ceil_mode=False)")
    expect(
      LPPool2d(2.5, [3, 2], stride: 1, ceilMode: true),
      "LPPool2d(norm_type=2.5, kernel_size=(3, 2), stride=1, ceil_mode=True)"
    )
    expect(LPPool3d(2, 3), "LPPool3d(norm_type=2, kernel_size=3, stride=None, ceil_mode=False)")
    expect(MaxUnpool1d(2), "MaxUnpool1d(kernel_size=(2,), stride=(2,), padding=(0,))")
    expect(
      MaxUnpool2d(3, stride: 2, padding: 1),
      "MaxUnpool2d(kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))"
    )
    expect(
      MaxUnpool3d([2, 2, 3]),
      "MaxUnpool3d(kernel_size=(2, 2, 3), stride=(2, 2, 3), padding=(0, 0, 0))"
    )
    expect(CircularPad1d(2), "CircularPad1d((2, 2))")
    expect(CircularPad2d([1, 2, 3, 4]), "CircularPad2d((1, 2, 3, 4))")
    expect(CircularPad3d(1), "CircularPad3d((1, 1, 1, 1, 1, 1))")
    expect(ConstantPad1d(2, value: 3.5), "ConstantPad1d(padding=(2, 2), value=3.5)")
    expect(ConstantPad2d([1, 0, 2, 1], value: 0), "ConstantPad2d(padding=(1, 0, 2, 1), value=0.0)")
    expect(
      ConstantPad3d(1, value: -1), "ConstantPad3d(padding=(1, 1, 1, 1, 1, 1), value=-1.0)"
    )
    expect(ReflectionPad1d(2), "ReflectionPad1d((2, 2))")
    expect(ReflectionPad2d(1), "ReflectionPad2d((1, 1, 1, 1))")
    expect(ReflectionPad3d(1), "ReflectionPad3d((1, 1, 1, 1, 1, 1))")
    expect(ReplicationPad1d(2), "ReplicationPad1d((2, 2))")
    expect(ReplicationPad2d(1), "ReplicationPad2d((1, 1, 1, 1))")
    expect(ReplicationPad3d(1), "ReplicationPad3d((1, 1, 1, 1, 1, 1))")
    expect(ZeroPad1d(2), "ZeroPad1d((2, 2))")
    expect(ZeroPad2d([1, 1, 2, 0]), "ZeroPad2d((1, 1, 2, 0))")
    expect(ZeroPad3d(1), "ZeroPad3d((1, 1, 1, 1, 1, 1))")
  }

  @Test func normalizationAndTables() {
    expect(
      BatchNorm1d(3),
      "BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)"
    )
    expect(
      BatchNorm2d(3, eps: 1e-3, momentum: nil, affine: false, trackRunningStats: false),
      "BatchNorm2d(3, eps=0.001, momentum=None, affine=False, bias=False"
        + ", track_running_stats=False)"
    )
    expect(
      BatchNorm3d(3, bias: false),
      "BatchNorm3d(3, eps=1e-05, momentum=0.1, affine=True, bias=False, track_running_stats=True)"
    )
    expect(
      InstanceNorm1d(3),
      "InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=False, bias=False"
        + ", track_running_stats=False)"
    )
    expect(
      InstanceNorm2d(3, affine: true, trackRunningStats: true),
      "InstanceNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True"
        + ", track_running_stats=True)"
    )
    expect(
      InstanceNorm3d(3, affine: true, bias: false),
      "InstanceNorm3d(3, eps=1e-05, momentum=0.1, affine=True, bias=False"
        + ", track_running_stats=False)"
    )
    expect(LayerNorm(4), "LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)")
    expect(
      LayerNorm([3, 4], eps: 1e-6, elementwiseAffine: false),
      "LayerNorm((3, 4), eps=1e-06, elementwise_affine=False, bias=False)"
    )
    expect(
      LayerNorm(4, bias: false),
      "LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=False)"
    )
    expect(GroupNorm(2, 4), "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)")
    expect(GroupNorm(2, 4, affine: false), "GroupNorm(2, 4, eps=1e-05, affine=False, bias=False)")
    expect(GroupNorm(2, 4, bias: false), "GroupNorm(2, 4, eps=1e-05, affine=True, bias=False)")
    expect(RMSNorm(4), "RMSNorm((4,), eps=None, elementwise_affine=True)")
    expect(
      RMSNorm([3, 4], eps: 1e-6, elementwiseAffine: false),
      "RMSNorm((3, 4), eps=1e-06, elementwise_affine=False)"
    )
    expect(LocalResponseNorm(2), "LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)")
    expect(Dropout(), "Dropout(p=0.5, inplace=False)")
    expect(Dropout1d(0.2), "Dropout1d(p=0.2, inplace=False)")
    expect(Dropout2d(), "Dropout2d(p=0.5, inplace=False)")
    expect(Dropout3d(), "Dropout3d(p=0.5, inplace=False)")
    expect(AlphaDropout(), "AlphaDropout(p=0.5, inplace=False)")
    expect(FeatureAlphaDropout(0.1), "FeatureAlphaDropout(p=0.1, inplace=False)")
    expect(Embedding(10, 3), "Embedding(10, 3)")
    expect(
      Embedding(
        10, 3, paddingIndex: 0, maxNorm: 1, normType: 1, scaleGradByFrequency: true),
      "Embedding(10, 3, padding_idx=0, max_norm=1.0, norm_type=1.0, scale_grad_by_freq=True)"
    )
    expect(Embedding(10, 3, paddingIndex: -1), "Embedding(10, 3, padding_idx=9)")
    expect(EmbeddingBag(10, 3), "EmbeddingBag(10, 3, mode='mean')")
    expect(
      EmbeddingBag(10, 3, mode: .sum, paddingIndex: 1, maxNorm: 2, includesLastOffset: true),
      "EmbeddingBag(10, 3, max_norm=2.0, mode='sum', padding_idx=1)"
    )
    expect(
      EmbeddingBag(10, 3, maxNorm: 2, normType: 3, scaleGradByFrequency: true),
      "EmbeddingBag(10, 3, max_norm=2.0, norm_type=3.0, scale_grad_by_freq=True, mode='mean')"
    )
  }

  @Test func activationsAndLosses() {
    expect(ReLU(), "ReLU()")
    expect(ReLU6(), "ReLU6()")
    expect(SELU(), "SELU()")
    expect(SiLU(), "SiLU()")
    expect(GELU(), "GELU(approximate='none')")
    expect(GELU(approximate: .tanh), "GELU(approximate='tanh')")
    expect(CELU(alpha: 0.5), "CELU(alpha=0.5)")
    expect(ELU(), "ELU(alpha=1.0)")
    expect(GLU(), "GLU(dim=-1)")
    expect(Hardshrink(), "Hardshrink(0.5)")
    expect(Hardsigmoid(), "Hardsigmoid()")
    expect(Hardswish(), "Hardswish()")
    expect(Hardtanh(), "Hardtanh(min_val=-1.0, max_val=1.0)")
    expect(LeakyReLU(), "LeakyReLU(negative_slope=0.01)")
    expect(LogSigmoid(), "LogSigmoid()")
    expect(LogSoftmax(dim: 1), "LogSoftmax(dim=1)")
    expect(Mish(), "Mish()")
    expect(PReLU(), "PReLU(num_parameters=1)")
    expect(PReLU(3), "PReLU(num_parameters=3)")
    expect(RReLU(), "RReLU(lower=0.125, upper=0.3333333333333333)")
    expect(Sigmoid(), "Sigmoid()")
    expect(Softmax(dim: -1), "Softmax(dim=-1)")
    expect(Softmax2d(), "Softmax2d()")
    expect(Softmin(dim: 1), "Softmin(dim=1)")
    expect(Softplus(), "Softplus(beta=1.0, threshold=20.0)")
    expect(Softshrink(), "Softshrink(0.5)")
    expect(Softsign(), "Softsign()")
    expect(Tanh(), "Tanh()")
    expect(Tanhshrink(), "Tanhshrink()")
    expect(Threshold(0.1, value: 20), "Threshold(threshold=0.1, value=20.0)")
    expect(L1Loss(), "L1Loss()")
    expect(MSELoss(reduction: .sum), "MSELoss()")
    expect(CrossEntropyLoss(), "CrossEntropyLoss()")
    expect(NLLLoss(), "NLLLoss()")
    expect(CTCLoss(), "CTCLoss()")
    expect(PoissonNLLLoss(), "PoissonNLLLoss()")
    expect(GaussianNLLLoss(), "GaussianNLLLoss()")
    expect(KLDivLoss(), "KLDivLoss()")
    expect(BCELoss(), "BCELoss()")
    expect(BCEWithLogitsLoss(), "BCEWithLogitsLoss()")
    expect(MarginRankingLoss(), "MarginRankingLoss()")
    expect(HingeEmbeddingLoss(), "HingeEmbeddingLoss()")
    expect(MultiLabelMarginLoss(), "MultiLabelMarginLoss()")
    expect(MultiLabelSoftMarginLoss(), "MultiLabelSoftMarginLoss()")
    expect(MultiMarginLoss(), "MultiMarginLoss()")
    expect(HuberLoss(), "HuberLoss()")
    expect(SmoothL1Loss(), "SmoothL1Loss()")
    expect(SoftMarginLoss(), "SoftMarginLoss()")
    expect(CosineEmbeddingLoss(), "CosineEmbeddingLoss()")
    expect(TripletMarginLoss(), "TripletMarginLoss()")
    expect(
      LinearCrossEntropyLoss(3, 4),
      """
      LinearCrossEntropyLoss(
        in_features=3, num_classes=4, out_features=(), bias=False, reduction=mean, \
      ignore_index=None, label_smoothing=0.0, options=None
        (linear): Linear(in_features=3, out_features=4, bias=False)
      )
      """
    )
  }

  @Test func containers() {
    expect(Sequential(), "Sequential()")
    expect(
      Sequential(ReLU(), Linear(1, 1)),
      """
      Sequential(
        (0): ReLU()
        (1): Linear(in_features=1, out_features=1, bias=True)
      )
      """
    )
    expect(ModuleList<Linear>(), "ModuleList()")
    expect(
      ModuleList<any Module>([Linear(1, 1), Linear(1, 1), ReLU()]),
      """
      ModuleList(
        (0-1): 2 x Linear(in_features=1, out_features=1, bias=True)
        (2): ReLU()
      )
      """
    )
    expect(ModuleDict<ReLU>(), "ModuleDict()")
    expect(
      ["a": Linear(1, 1), "b": ReLU()] as ModuleDict<any Module>,
      """
      ModuleDict(
        (a): Linear(in_features=1, out_features=1, bias=True)
        (b): ReLU()
      )
      """
    )
    expect(
      ParameterList([Tensor.zeros([2, 3]), Tensor.zeros([2])]),
      """
      ParameterList(
        (0): Parameter containing: [float32 of size 2x3]
        (1): Parameter containing: [float32 of size 2]
      )
      """
    )
    expect(
      ["a": Tensor.zeros([2, 3]), "bb": Tensor.zeros([4], dtype: .float64)] as ParameterDict,
      """
      ParameterDict(
        (a): Parameter containing: [float32 of size 2x3]
        (bb): Parameter containing: [float64 of size 4]
      )
      """
    )
    expect(ParameterList(), "ParameterList()")
    expect(
      ModuleList((0..<3).map { _ in Sequential(ReLU(), Linear(1, 1)) }),
      """
      ModuleList(
        (0-2): 3 x Sequential(
          (0): ReLU()
          (1): Linear(in_features=1, out_features=1, bias=True)
        )
      )
      """
    )
    expect(Lambda<Tensor, Tensor> { $0 }, "Lambda()")
  }

  @Test func recurrentLayers() {
    expect(
      RNN(
        3, 4, layers: 2, nonlinearity: .relu, bias: false, batchFirst: true, dropout: 0.5,
        bidirectional: true),
      "RNN(3, 4, num_layers=2, bias=False, batch_first=True, dropout=0.5, bidirectional=True)")
    expect(LSTM(3, 4, projectionSize: 2), "LSTM(3, 4, proj_size=2)")
    expect(GRU(3, 4), "GRU(3, 4)")
    expect(
      RNNCell(3, 4, bias: false, nonlinearity: .relu),
      "RNNCell(3, 4, bias=False, nonlinearity=relu)")
    expect(LSTMCell(3, 4), "LSTMCell(3, 4)")
  }

  @Test func transformers() {
    expect(
      TransformerDecoderLayer(4, 2, feedForward: 8),
      """
      TransformerDecoderLayer(
        (self_attn): MultiheadAttention(
          (out_proj): Linear(in_features=4, out_features=4, bias=True)
        )
        (multihead_attn): MultiheadAttention(
          (out_proj): Linear(in_features=4, out_features=4, bias=True)
        )
        (linear1): Linear(in_features=4, out_features=8, bias=True)
        (dropout): Dropout(p=0.1, inplace=False)
        (linear2): Linear(in_features=8, out_features=4, bias=True)
        (norm1): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
        (norm2): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
        (norm3): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
        (dropout1): Dropout(p=0.1, inplace=False)
        (dropout2): Dropout(p=0.1, inplace=False)
        (dropout3): Dropout(p=0.1, inplace=False)
      )
      """)
    expect(
      AdaptiveLogSoftmaxWithLoss(8, 10, cutoffs: [4]),
      """
      AdaptiveLogSoftmaxWithLoss(
        (head): Linear(in_features=8, out_features=5, bias=False)
        (tail): ModuleList(
          (0): Sequential(
            (0): Linear(in_features=8, out_features=2, bias=False)
            (1): Linear(in_features=2, out_features=6, bias=False)
          )
        )
      )
      """)
  }

  /// As Python's `repr`.
  @Test func numbers() {
    expect(Threshold(1e16, value: 1e-5), "Threshold(threshold=1e+16, value=1e-05)")
    expect(
      Threshold(9_007_199_254_740_994, value: -9_999_999_999_999_998),
      "Threshold(threshold=9007199254740994.0, value=-9999999999999998.0)")
    expect(Threshold(0.0001, value: .infinity), "Threshold(threshold=0.0001, value=inf)")
    expect(
      Threshold(1.2345678901234568e20, value: -.nan),
      "Threshold(threshold=1.2345678901234568e+20, value=nan)")
  }

  @Test func parametrized() throws {
    #expect(
      try weightNorm(Linear(2, 3)).description == """
        ParametrizedLinear(
          in_features=2, out_features=3, bias=True
          (parametrizations): ModuleDict(
            (weight): ParametrizationList(
              (0): _WeightNorm()
            )
          )
        )
        """)
    #expect(
      try spectralNorm(Linear(2, 3)).description == """
        ParametrizedLinear(
          in_features=2, out_features=3, bias=True
          (parametrizations): ModuleDict(
            (weight): ParametrizationList(
              (0): _SpectralNorm()
            )
          )
        )
        """)
  }
}
