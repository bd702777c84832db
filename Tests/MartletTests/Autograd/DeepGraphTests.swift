import Glibc
import Testing

@testable import Martlet

/// Records of 100,000 nodes: backward and release must not use the stack for them. They run on a
/// thread with a small stack, where a recursion of even 10,000 levels would end the process.
@Suite(.serialized) struct DeepGraphTests {
  static let depth = 100_000

  /// What `body` returns, computed on a thread with 256 KiB of stack.
  static func onSmallStack(_ body: @escaping @Sendable () throws -> Double) throws -> Double {
    final class Job: @unchecked Sendable {
      let body: () throws -> Double
      var result: Result<Double, any Error>?
      init(_ body: @escaping () throws -> Double) { self.body = body }
    }
    let job = Job(body)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 256 * 1024)
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument {
          let job = Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue()
          job.result = Result(catching: job.body)
        }
        return nil
      }, Unmanaged.passUnretained(job).toOpaque())
    try #require(status == 0)
    pthread_join(thread, nil)
    return try withExtendedLifetime(job) { try #require(job.result).get() }
  }

  /// Builds a deep record and runs backward, or drops it without.
  static func run(
    backward: Bool, retain: Bool = false, _ step: @escaping @Sendable (Tensor) throws -> Tensor
  ) throws -> Double {
    try onSmallStack {
      let x = try Tensor(1.0, dtype: .float64, requiresGrad: true)
      do {
        var y = x
        for _ in 0..<depth { y = try step(y) }
        if backward { try y.backward(retainGraph: retain) }
      }
      return try x.grad?.item() ?? .nan
    }
  }

  @Test func chain() throws {
    #expect(try Self.run(backward: true) { try $0 + 1 } == 1)
    #expect(try Self.run(backward: true, retain: true) { try $0.neg() } == 1)
    #expect(try Self.run(backward: false) { try $0.neg() }.isNaN)
  }

  @Test func bothInputsTheSame() throws {
    #expect(try Self.run(backward: true) { try $0 * $0 } == .infinity)
    #expect(try Self.run(backward: true, retain: true) { try $0.maximum($0) } == 1)
    #expect(try Self.run(backward: false) { try $0 * $0 }.isNaN)
  }

  @Test func diamonds() throws {
    @Sendable func diamond(_ x: Tensor) throws -> Tensor { try x * 0.5 + x.neg() * -0.5 }
    #expect(try Self.run(backward: true, diamond) == 1)
    #expect(try Self.run(backward: false, diamond).isNaN)
  }

  @Test func manyInputs() throws {
    @Sendable func join(_ x: Tensor) throws -> Tensor {
      try cat([x.reshape(1), x.reshape(1), x.reshape(1), x.reshape(1)])[2]
    }
    #expect(try Self.run(backward: true, join) == 1)
    #expect(try Self.run(backward: false, join).isNaN)
  }

  struct Twice: Function {
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
      context.save(inputs[0])
      return try inputs[0] * 2
    }
    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      _ = try context.saved(0)
      return [try gradient * 2]
    }
  }

  @Test func customFunctions() throws {
    #expect(try Self.run(backward: true) { try Twice()($0) } == .infinity)
    #expect(try Self.run(backward: false) { try Twice()($0) }.isNaN)
  }

  /// A second-order record is as deep as the first.
  @Test func derivativesOfChains() throws {
    let result = try Self.onSmallStack {
      let x = try Tensor(0.5, dtype: .float64, requiresGrad: true)
      var y = x
      for _ in 0..<20_000 { y = try y * 1.0001 * x.detached() + x }
      let slope = try gradients(of: y, for: [x], createGraph: true)[0]
      return try slope?.item() ?? .nan
    }
    #expect(abs(result - 1 / (1 - 0.50005)) < 1e-9)
  }
}
