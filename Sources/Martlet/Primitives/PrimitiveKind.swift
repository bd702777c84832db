/// The registry of primitives. The compiler asks for a case from every new one, and for a place in
/// every `switch` that goes through them, the one that tests derivatives among them.
enum PrimitiveKind: CaseIterable, Sendable {
  case unary, binary, ternary, clamp, copy, fused
  case view, restride, embed, edgePad
  case repeatExamples, splitExamples, joinExamples
  case reduce, scan
  case gather, scatter, selectionWrite, concatenate, weightedGather
  case matmul, linear, convolution, convolutionInput, convolutionWeight
  case maxPool, maxPoolScatter, averagePool, averagePoolSpread, resample
  case softmax, crossEntropy, layerNormalize, batchNormalize, groupNormalize, dropout
  case attention, recurrence
  case cholesky, lu, qr, symmetricEigen, symmetricEigenvalues, svd, singularValues, eigen
  case solve, triangularSolve, determinant, pseudoInverse, matrixExponential, symmetricRoot

  var type: any Primitive.Type {
    switch self {
    case .unary: Unary.self
    case .binary: Binary.self
    case .ternary: Ternary.self
    case .clamp: Clamp.self
    case .copy: Copy.self
    case .fused: Fused.self
    case .view: View.self
    case .restride: Restride.self
    case .embed: Embed.self
    case .edgePad: EdgePad.self
    case .repeatExamples: RepeatExamples.self
    case .splitExamples: SplitExamples.self
    case .joinExamples: JoinExamples.self
    case .reduce: Reduce.self
    case .scan: Scan.self
    case .gather: Gather.self
    case .scatter: Scatter.self
    case .selectionWrite: SelectionWrite.self
    case .concatenate: Concatenate.self
    case .weightedGather: WeightedGather.self
    case .matmul: Matmul.self
    case .linear: LinearMap.self
    case .convolution: Convolution.self
    case .convolutionInput: ConvolutionInput.self
    case .convolutionWeight: ConvolutionWeight.self
    case .maxPool: MaxPool.self
    case .maxPoolScatter: MaxPoolScatter.self
    case .averagePool: AveragePool.self
    case .averagePoolSpread: AveragePoolSpread.self
    case .resample: Resample.self
    case .softmax: SoftmaxNormalize.self
    case .crossEntropy: SoftmaxCrossEntropy.self
    case .layerNormalize: LayerNormalize.self
    case .batchNormalize: BatchNormalize.self
    case .groupNormalize: GroupNormalize.self
    case .dropout: DropoutMask.self
    case .attention: FusedAttention.self
    case .recurrence: Recurrence.self
    case .cholesky: Cholesky.self
    case .lu: LU.self
    case .qr: QR.self
    case .symmetricEigen: SymmetricEigen.self
    case .symmetricEigenvalues: SymmetricEigenvalues.self
    case .svd: SVD.self
    case .singularValues: SingularValues.self
    case .eigen: Eigen.self
    case .solve: Solve.self
    case .triangularSolve: TriangularSolve.self
    case .determinant: Determinant.self
    case .pseudoInverse: PseudoInverse.self
    case .matrixExponential: MatrixExponential.self
    case .symmetricRoot: SymmetricRoot.self
    }
  }
}
