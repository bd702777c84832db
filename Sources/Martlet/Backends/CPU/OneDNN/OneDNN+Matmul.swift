import CKernels
import COneDNN

extension OneDNN {
  static let matmuls = ProgramCache<MatmulKey, Program>(capacity: 1024)
  static let packedMatmulLayouts = ProgramCache<MatmulKey, PackedLayout>(capacity: 1024)

  struct MatmulKey: Hashable, Sendable {
    let shape: MatmulShape
    let bias: Bool
    let activation: Activation
    /// Whether `b` lies as oneDNN likes it best.
    let packed: Bool
    /// How many threads one call uses.
    var threads = omp_get_max_threads()

    func hash(into hasher: inout Hasher) {
      var mixer = WordMixer()
      shape.mix(into: &mixer)
      mixer.mix(
        Int(threads) << 16 | Int(activation.rawValue) << 4 | (packed ? 2 : 0) | (bias ? 1 : 0))
      hasher.combine(mixer.value)
    }
  }

  /// `c = activation(a b + bias)` for each matrix of the batch. All of `c` is written.
  ///
  /// - Parameters:
  ///   - b: `[k, n]` with the shape's strides.
  ///   - bias: contiguous `[n]`.
  static func matmul(
    _ shape: MatmulShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
    bias: UnsafePointer<Float>? = nil, activation: Activation = .none,
    c: UnsafeMutablePointer<Float>
  ) throws {
    guard shape.m > 0, shape.n > 0, shape.k > 0 else { throw OneDNNError.invalid("matmul") }
    let shape = shape.folded
    if activation == .none, let rows = RowBlocks(shape, bias: bias != nil) {
      return try rows.run(a: a, b: b, bias: bias, c: c)
    }
    if shape.isSingle, activation == .none || activation == .relu {
      if bias == nil, activation == .none, shape.suitsGemm {
        return try gemms(shape, a: a, b: b, c: c)
      }
      if shape.isSmall, let ldc = shape.cLeading, shape.aLeading != nil, shape.bLeading != nil {
        return try gemm(shape, a: a, b: b, bias: bias, activation: activation, c: c, ldc: ldc)
      }
    }
    let key = MatmulKey(shape: shape, bias: bias != nil, activation: activation, packed: false)
    let program: Program
    do {
      program = try matmuls.value(for: key) { try makeProgram(key) }
    } catch let error as OneDNNError where error.isUnsupported {
      guard bias == nil, activation == .none else { throw error }
      return try gemms(shape, a: a, b: b, c: c)
    }
    try program.run([
      UInt(bitPattern: a), UInt(bitPattern: b), UInt(bitPattern: bias), UInt(bitPattern: c),
    ])
  }

  /// `c = a b + bias` for one matrix `b` in the layout `packedLayout(_:)`.
  static func matmul(
    _ shape: MatmulShape, a: UnsafePointer<Float>, packed b: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
  ) throws {
    if let rows = RowBlocks(shape, bias: true) {
      return try rows.run(a: a, packed: b, bias: bias, c: c)
    }
    let key = MatmulKey(shape: shape, bias: true, activation: .none, packed: true)
    try matmuls.value(for: key) { try makeProgram(key) }.run([
      UInt(bitPattern: a), UInt(bitPattern: b), UInt(bitPattern: bias), UInt(bitPattern: c),
    ])
  }

  /// The layout that a constant `b` is best kept in.
  static func packedLayout(_ shape: MatmulShape) throws -> PackedLayout {
    if let rows = RowBlocks(shape, bias: true) { return try rows.layout() }
    return try packedLayout(MatmulKey(shape: shape, bias: true, activation: .none, packed: true))
  }

  /// The layout of `b` that a packed product wants.
  static func packedLayout(_ key: MatmulKey) throws -> PackedLayout {
    try packedMatmulLayouts.value(for: key) {
      try key.shape.validate()
      let any = try dnnl_memory_desc_t(
        [Int64(key.shape.k), Int64(key.shape.n)], tag: dnnl_format_tag_any)
      let description = try describe(key, b: any)
      return try PackedLayout(
        plain: key.shape.bDescriptor(), packed: description.memory(dnnl_query_weights_md))
    }
  }

  /// sgemm on top of the bias, where a primitive's overhead would show.
  private static func gemm(
    _ shape: MatmulShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, activation: Activation, c: UnsafeMutablePointer<Float>, ldc: Int
  ) throws {
    guard let aLeading = shape.aLeading, let bLeading = shape.bLeading
    else { throw OneDNNError.unsupported("matmul") }
    if let bias {
      for row in 0..<shape.m { (c + row * ldc).update(from: bias, count: shape.n) }
    }
    try gemm(
      m: shape.m, n: shape.n, k: shape.k, a: a, aTransposed: aLeading.transposed,
      lda: aLeading.stride, b: b, bTransposed: bLeading.transposed, ldb: bLeading.stride, c: c,
      ldc: ldc, accumulate: bias != nil)
    guard activation == .relu else { return }
    for row in 0..<shape.m {
      let values = c + row * ldc
      for column in 0..<shape.n where values[column] < 0 { values[column] = 0 }
    }
  }

  /// One sgemm for each matrix of the batch.
  private static func gemms(
    _ shape: MatmulShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
    c: UnsafeMutablePointer<Float>
  ) throws {
    guard let aLeading = shape.aLeading, let bLeading = shape.bLeading, let ldc = shape.cLeading
    else { throw OneDNNError.unsupported("matmul") }
    for x in 0..<shape.batch.x {
      for y in 0..<shape.batch.y {
        for z in 0..<shape.batch.z {
          let index = SIMD3(x, y, z)
          try gemm(
            m: shape.m, n: shape.n, k: shape.k, a: a + (index &* shape.aBatch).wrappedSum(),
            aTransposed: aLeading.transposed, lda: aLeading.stride,
            b: b + (index &* shape.bBatch).wrappedSum(), bTransposed: bLeading.transposed,
            ldb: bLeading.stride, c: c + (index &* shape.cBatch).wrappedSum(), ldc: ldc)
        }
      }
    }
  }

  private static func describe(
    _ key: MatmulKey, b: dnnl_memory_desc_t
  ) throws -> PrimitiveDescription {
    // oneDNN plans for as many threads as it finds.
    let threads = key.threads == 1 ? mk_enter_serial() : 1
    defer { mk_leave_serial(threads) }
    var a = try key.shape.aDescriptor()
    var b = b
    var bias = key.bias ? try key.shape.biasDescriptor() : dnnl_memory_desc_t()
    var c = try key.shape.cDescriptor()
    var operation = dnnl_matmul_desc_t()
    try check(
      dnnl_matmul_desc_init(&operation, &a, &b, &bias, &c), "dnnl_matmul_desc_init")
    let attributes = try Attributes(activation: key.activation)
    if !key.packed, key.shape.suitsGemmPrimitive,
      let description = try? PrimitiveDescription.first(
        &operation, attributes: attributes, call: "matmul", where: { $0.hasPrefix("gemm") })
    {
      return description
    }
    return try PrimitiveDescription.first(&operation, attributes: attributes, call: "matmul")
  }

  static func makeProgram(_ key: MatmulKey) throws -> Program {
    try key.shape.validate()
    let b = key.packed ? try packedLayout(key).packed : try key.shape.bDescriptor()
    let description = try describe(key, b: b)
    let program = try Program()
    var arguments = [
      Program.Argument(
        id: DNNL_ARG_SRC, descriptor: description.memory(dnnl_query_src_md), place: .operand(0)),
      Program.Argument(
        id: DNNL_ARG_WEIGHTS, descriptor: description.memory(dnnl_query_weights_md),
        place: .operand(1)),
      Program.Argument(
        id: DNNL_ARG_DST, descriptor: description.memory(dnnl_query_dst_md), place: .operand(3)),
    ]
    if key.bias {
      arguments.append(
        Program.Argument(
          id: DNNL_ARG_BIAS, descriptor: try key.shape.biasDescriptor(), place: .operand(2)))
    }
    try program.append(description, arguments)
    return program
  }
}

extension MatmulShape {
  /// Whether a packed `b` gives the same bits as a plain one: where that goes through the
  /// batch-reduced kernels as well, which pack it on every call.
  var canUsePacked: Bool {
    isSingle && !isSmall && !suitsGemmPrimitive && aLeading != nil && bLeading != nil
      && cLeading != nil
  }

  /// Whether sgemm is at least as fast as a primitive. It is not for narrow results of some length,
  /// where batch-reduced kernels take two thirds of the time, and less than half for a column.
  fileprivate var suitsGemm: Bool {
    guard n <= 32, m >= 16, let aLeading, !aLeading.transposed else { return true }
    return !(n == 1 && m >= 64) && Double(m) * Double(n) * Double(k) < 1e5
  }

  /// Whether adding a bias apart from the product costs less than a primitive does: few rows, for
  /// which the batch-reduced kernels are up to 4 times slower with a transposed `b`, or little
  /// arithmetic.
  fileprivate var isSmall: Bool {
    m <= 8 || Double(m) * Double(n) * Double(k) <= 32768 && n >= 8
  }

  /// Whether the primitive built on sgemm beats the batch-reduced one, which copies a transposed
  /// `a` and dislikes few rows with a transposed `b`.
  fileprivate var suitsGemmPrimitive: Bool {
    if let aLeading, aLeading.transposed, m > 1 { return true }
    if m <= 8, let bLeading, bLeading.transposed { return true }
    return false
  }
}
