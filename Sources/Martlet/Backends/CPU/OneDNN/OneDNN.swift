import COneDNN

/// Matrix products and convolutions on float32 buffers through oneDNN.
///
/// Everything here is safe to call from several threads at once, allocates nothing that grows
/// without bound, and throws `OneDNNError` where oneDNN has no optimised code, so that the caller
/// can use its own kernels.
enum OneDNN {
  /// A function applied to each result before it is stored.
  ///
  /// Two differ from the separate operation: `relu` makes 0 of NaN, and both GELUs are within 5e-7
  /// of the true value in absolute terms only, so their tail below -7 is 0.
  enum Activation: UInt8, Hashable, Sendable {
    case none, relu, gelu, geluTanh, silu, sigmoid, tanh
  }

  /// How the elements of an activation tensor `[N, C, spatial...]` lie in memory. Both are dense.
  enum Layout: UInt8, Hashable, Sendable {
    case channelsFirst, channelsLast
  }

  /// The engine and stream that every call shares: a CPU stream keeps no state between calls.
  struct Runtime: @unchecked Sendable {
    let engine: dnnl_engine_t
    let stream: dnnl_stream_t

    static let shared = Result { try Runtime() }

    private init() throws {
      var engine: dnnl_engine_t?
      try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "dnnl_engine_create")
      var stream: dnnl_stream_t?
      try check(
        dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue),
        "dnnl_stream_create")
      guard let engine, let stream else { throw OneDNNError.failed("dnnl_stream_create") }
      self.engine = engine
      self.stream = stream
    }
  }

  static func check(_ status: dnnl_status_t, _ call: StaticString) throws {
    guard status == dnnl_success else { throw OneDNNError(call: call, status: status) }
  }

  /// Forgets every cached primitive and frees idle scratch memory.
  static func trim() {
    convolutions.removeAll()
    packedConvolutionLayouts.removeAll()
    matmuls.removeAll()
    Workspace.trim()
  }
}

/// A call of oneDNN that did not succeed, or a case for which it has only slow reference code.
struct OneDNNError: Error, CustomStringConvertible {
  let call: String
  let status: Int32

  init(call: StaticString, status: dnnl_status_t) {
    self.call = "\(call)"
    self.status = Int32(truncatingIfNeeded: status.rawValue)
  }

  /// oneDNN has no optimised implementation of what `call` describes.
  static func unsupported(_ call: StaticString) -> OneDNNError {
    OneDNNError(call: call, status: dnnl_unimplemented)
  }

  /// Sizes that make no sense, such as a kernel larger than its padded input.
  static func invalid(_ call: StaticString) -> OneDNNError {
    OneDNNError(call: call, status: dnnl_invalid_arguments)
  }

  static func failed(_ call: StaticString) -> OneDNNError {
    OneDNNError(call: call, status: dnnl_runtime_error)
  }

  var isUnsupported: Bool { status == Int32(truncatingIfNeeded: dnnl_unimplemented.rawValue) }

  var description: String {
    let reason =
      switch dnnl_status_t(rawValue: UInt32(bitPattern: status)) {
      case dnnl_out_of_memory: "out of memory"
      case dnnl_invalid_arguments: "invalid arguments"
      case dnnl_unimplemented: "no optimised implementation"
      default: "status \(status)"
      }
    return "oneDNN: \(call): \(reason)"
  }
}
