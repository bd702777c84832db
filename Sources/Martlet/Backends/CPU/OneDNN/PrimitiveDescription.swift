import COneDNN

/// A primitive that oneDNN can make for given layouts, and which of its implementations that is.
final class PrimitiveDescription {
  let handle: dnnl_primitive_desc_t

  init(_ handle: dnnl_primitive_desc_t) {
    self.handle = handle
  }

  deinit {
    dnnl_primitive_desc_destroy(handle)
  }

  /// For instance `jit:avx512_core`, `brgconv:avx512_core`, `x64:gemm:jit`, `ref:any`.
  var implementation: String {
    var name: UnsafePointer<CChar>?
    let status = dnnl_primitive_desc_query(handle, dnnl_query_impl_info_str, 0, &name)
    guard status == dnnl_success, let name else { return "" }
    return String(cString: name)
  }

  func memory(_ query: dnnl_query_t) -> dnnl_memory_desc_t {
    dnnl_primitive_desc_query_md(handle, query, 0)?.pointee ?? dnnl_memory_desc_t()
  }

  /// The first implementation of `operation` (one of the `dnnl_*_desc_t`) that `accept` takes.
  ///
  /// Reference implementations, thousands of times slower, are never offered; if nothing else is
  /// left it throws.
  static func first(
    _ operation: UnsafeRawPointer, attributes: Attributes, hint: PrimitiveDescription? = nil,
    call: StaticString, where accept: (String) -> Bool = { _ in true }
  ) throws -> PrimitiveDescription {
    let engine = try OneDNN.Runtime.shared.get().engine
    var iterator: dnnl_primitive_desc_iterator_t?
    try OneDNN.check(
      dnnl_primitive_desc_iterator_create(
        &iterator, operation, attributes.handle, engine, hint?.handle), call)
    defer { dnnl_primitive_desc_iterator_destroy(iterator) }
    repeat {
      guard let handle = dnnl_primitive_desc_iterator_fetch(iterator) else { break }
      let description = PrimitiveDescription(handle)
      let name = description.implementation
      if name.hasPrefix("ref") || name.hasPrefix("simple") { break }
      if accept(name) { return description }
    } while dnnl_primitive_desc_iterator_next(iterator) == dnnl_success
    throw OneDNNError.unsupported(call)
  }

  /// What gradients must name as the forward primitive that they belong to; it is never run, so any
  /// will do.
  static func hint(
    _ operation: UnsafeRawPointer, attributes: Attributes
  ) throws -> PrimitiveDescription {
    var handle: dnnl_primitive_desc_t?
    try OneDNN.check(
      dnnl_primitive_desc_create(
        &handle, operation, attributes.handle, OneDNN.Runtime.shared.get().engine, nil),
      "dnnl_primitive_desc_create")
    guard let handle else { throw OneDNNError.failed("dnnl_primitive_desc_create") }
    return PrimitiveDescription(handle)
  }

  static func reorder(
    _ source: dnnl_memory_desc_t, _ target: dnnl_memory_desc_t, runtime: OneDNN.Runtime
  ) throws -> PrimitiveDescription {
    var source = source
    var target = target
    var handle: dnnl_primitive_desc_t?
    let attributes = try Attributes()
    try OneDNN.check(
      dnnl_reorder_primitive_desc_create(
        &handle, &source, runtime.engine, &target, runtime.engine, attributes.handle),
      "dnnl_reorder_primitive_desc_create")
    guard let handle else { throw OneDNNError.failed("dnnl_reorder_primitive_desc_create") }
    return PrimitiveDescription(handle)
  }
}

/// Attributes of a primitive: scratch memory comes from the caller, which makes concurrent
/// execution safe, and an activation may follow.
final class Attributes {
  let handle: dnnl_primitive_attr_t

  init(activation: OneDNN.Activation = .none) throws {
    var created: dnnl_primitive_attr_t?
    try OneDNN.check(dnnl_primitive_attr_create(&created), "dnnl_primitive_attr_create")
    guard let created else { throw OneDNNError.failed("dnnl_primitive_attr_create") }
    handle = created
    try OneDNN.check(
      dnnl_primitive_attr_set_scratchpad_mode(created, dnnl_scratchpad_mode_user),
      "dnnl_primitive_attr_set_scratchpad_mode")
    guard let algorithm = activation.algorithm else { return }
    var operations: dnnl_post_ops_t?
    try OneDNN.check(dnnl_post_ops_create(&operations), "dnnl_post_ops_create")
    defer { dnnl_post_ops_destroy(operations) }
    // Swish is x * sigmoid(alpha * x), which is SiLU for alpha = 1; the others ignore it but ReLU,
    // where it is the slope on the negative side.
    let alpha: Float = activation == .silu ? 1 : 0
    try OneDNN.check(
      dnnl_post_ops_append_eltwise(operations, 1, algorithm, alpha, 0),
      "dnnl_post_ops_append_eltwise")
    try OneDNN.check(
      dnnl_primitive_attr_set_post_ops(created, operations), "dnnl_primitive_attr_set_post_ops")
  }

  deinit {
    dnnl_primitive_attr_destroy(handle)
  }
}

extension OneDNN.Activation {
  fileprivate var algorithm: dnnl_alg_kind_t? {
    switch self {
    case .none: nil
    case .relu: dnnl_eltwise_relu
    case .gelu: dnnl_eltwise_gelu_erf
    case .geluTanh: dnnl_eltwise_gelu_tanh
    case .silu: dnnl_eltwise_swish
    case .sigmoid: dnnl_eltwise_logistic
    case .tanh: dnnl_eltwise_tanh
    }
  }
}

extension dnnl_memory_desc_t {
  /// Bytes that the layout takes, padding of blocked layouts included.
  var byteCount: Int {
    withUnsafePointer(to: self) { Int(clamping: dnnl_memory_desc_get_size($0)) }
  }

  func isSame(as other: dnnl_memory_desc_t) -> Bool {
    withUnsafePointer(to: self) { mine in
      withUnsafePointer(to: other) { dnnl_memory_desc_equal(mine, $0) != 0 }
    }
  }

  init(_ dimensions: [Int64], tag: dnnl_format_tag_t) throws {
    self.init()
    try OneDNN.check(
      dnnl_memory_desc_init_by_tag(&self, Int32(dimensions.count), dimensions, dnnl_f32, tag),
      "dnnl_memory_desc_init_by_tag")
  }

  init(_ dimensions: [Int64], strides: [Int64]) throws {
    self.init()
    try OneDNN.check(
      dnnl_memory_desc_init_by_strides(
        &self, Int32(dimensions.count), dimensions, dnnl_f32, strides),
      "dnnl_memory_desc_init_by_strides")
  }
}
