import Glibc
import Synchronization

/// One pass over a dataset in batches.
///
///     let epoch = try loader.batches()
///     while let (x, y) = try epoch.next() { print(x.shape, y.shape) }
///
/// It is not a `Sequence`, whose `for` loop could not throw what went wrong with a batch.
public final class DataLoaderEpoch<Batch: Sendable> {
  /// The number of batches, of which some may have been taken.
  public let count: Int
  private let make: @Sendable (Int) throws -> Batch
  private let pipeline: Pipeline<Batch>?
  private var position = 0

  init(
    count: Int, prefetch: Int, workers: Int, _ make: @escaping @Sendable (Int) throws -> Batch
  ) {
    self.count = count
    self.make = make
    pipeline = prefetch > 0 && count > 0 ? Pipeline(count, ahead: prefetch, workers, make) : nil
  }

  deinit { pipeline?.cancel() }

  /// The next batch, or nil at the end.
  ///
  /// - Throws: What the dataset threw; the call after goes on with the batch that follows.
  public func next() throws -> Batch? {
    guard position < count else { return nil }
    defer { position += 1 }
    return try pipeline.map { try $0.take(position).get() } ?? make(position)
  }

  /// Calls `body` with every batch that is left.
  public func forEach(_ body: (Batch) throws -> Void) throws {
    while let batch = try next() { try body(batch) }
  }
}

/// Threads that make batches ahead of the one that is asked for.
private final class Pipeline<Batch: Sendable>: Sendable {
  private struct State {
    var next = 0
    var taken = 0
    var ready: [Int: Result<Batch, any Error>] = [:]
    var isCancelled = false
  }

  private let monitor = Monitor()
  private nonisolated(unsafe) var state = State()
  /// How many threads there are; with none, batches are made when they are asked for.
  private nonisolated(unsafe) var threads = 0
  private let count: Int
  private let ahead: Int
  private let make: @Sendable (Int) throws -> Batch

  init(_ count: Int, ahead: Int, _ workers: Int, _ make: @escaping @Sendable (Int) throws -> Batch)
  {
    self.count = count
    self.ahead = Swift.min(ahead, count)
    self.make = make
    for _ in 0..<Swift.min(workers, self.ahead) {
      if Thread.detach({ [self] in work() }) { threads += 1 }
    }
  }

  private func work() {
    while true {
      let number: Int? = monitor.withLock {
        while !state.isCancelled, state.next < count, state.next >= state.taken + ahead {
          monitor.wait()
        }
        guard !state.isCancelled, state.next < count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
      guard let number else { return }
      let result = Result { try make(number) }
      monitor.withLock {
        state.ready[number] = result
        monitor.broadcast()
      }
    }
  }

  func take(_ number: Int) -> Result<Batch, any Error> {
    if threads == 0 { return Result { try make(number) } }
    return monitor.withLock {
      state.taken = number
      monitor.broadcast()
      while true {
        if let result = state.ready.removeValue(forKey: number) {
          state.taken = number + 1
          monitor.broadcast()
          return result
        }
        monitor.wait()
      }
    }
  }

  func cancel() {
    monitor.withLock {
      state.isCancelled = true
      monitor.broadcast()
    }
  }
}

/// A lock with a condition to wait for.
private final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    condition.deallocate()
  }

  func withLock<R>(_ body: () throws -> R) rethrows -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  func wait() { pthread_cond_wait(condition, mutex) }
  func broadcast() { pthread_cond_broadcast(condition) }
}

/// A thread of the operating system that nobody waits for.
private enum Thread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// False if the system has no more threads.
  static func detach(_ run: @escaping @Sendable () -> Void) -> Bool {
    var thread = pthread_t()
    let body = Unmanaged.passRetained(Body(run))
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      body.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}
