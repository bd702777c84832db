import CKernels
import Synchronization

/// The threads that computation on the CPU uses.
public enum Threads {
  /// How many there are; by default one a core, or what `OMP_NUM_THREADS` says. Results do not
  /// depend on it, but for the rounding of float32 matrix products and convolutions.
  public static var count: Int {
    get { Int(mk_thread_count()) }
    set { mk_set_thread_count(Int32(clamping: max(1, newValue))) }
  }
}

extension Threads {
  /// Calls `body` on ranges that together are `0 ..< count`, one on each thread at most.
  ///
  /// - Throws: What `body` throws, on whichever thread.
  static func forEachPart(of count: Int, _ body: (Range<Int>) throws -> Void) throws {
    try run(body) { mk_parallel_for(Int64(count), 1, $0, $1) }
  }

  /// The same with ranges that threads claim as they go, long ones first, so that one which is held
  /// up gets less.
  static func forEachClaim(of count: Int, _ body: (Range<Int>) throws -> Void) throws {
    try run(body) { mk_parallel_claims(Int64(count), $0, $1) }
  }

  private typealias Body = @convention(c) (UnsafeMutableRawPointer?, Int64, Int64) -> Void

  private static func run(
    _ body: (Range<Int>) throws -> Void, _ start: (UnsafeMutableRawPointer, Body) -> Void
  ) throws {
    try withoutActuallyEscaping(body) { body in
      let job = Job(body)
      start(Unmanaged.passUnretained(job).toOpaque()) { context, begin, end in
        guard let context else { return }
        Unmanaged<Job>.fromOpaque(context)._withUnsafeGuaranteedRef {
          $0.run(Int(begin)..<Int(end))
        }
      }
      try job.failure.withLock { if let failure = $0 { throw failure } }
    }
  }

  private final class Job: Sendable {
    nonisolated(unsafe) private let body: (Range<Int>) throws -> Void
    /// Any thread's; which of several does not matter.
    let failure = Mutex<(any Error)?>(nil)

    init(_ body: @escaping (Range<Int>) throws -> Void) { self.body = body }

    func run(_ range: Range<Int>) {
      do { try body(range) } catch { failure.withLock { $0 = error } }
    }
  }
}
