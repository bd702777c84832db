import Synchronization

/// What a backend has made of a buffer's elements and keeps with them, such as a weight in the
/// layout that a kernel prefers. Gone as soon as the elements are written.
class DerivedData: @unchecked Sendable {
  /// Another one of the same buffer.
  fileprivate(set) final var next: DerivedData?

  init() {}
}

/// The derived data of one buffer. Threads that only read the buffer may look at it and add to it
/// at the same time.
struct DerivedDataList: ~Copyable {
  private let head = Atomic<UnsafeRawPointer?>(nil)

  deinit { removeAll() }

  var count: Int {
    var count = 0
    _ = first(DerivedData.self) { _ in
      count += 1
      return false
    }
    return count
  }

  /// The first that `match` accepts.
  func first<Data: DerivedData>(_ type: Data.Type, where match: (Data) -> Bool) -> Data? {
    guard let start = head.load(ordering: .acquiring) else { return nil }
    var data: DerivedData? = Unmanaged<DerivedData>.fromOpaque(start).takeUnretainedValue()
    while let item = data {
      if let item = item as? Data, match(item) { return item }
      data = item.next
    }
    return nil
  }

  func add(_ data: DerivedData) {
    let pointer = UnsafeRawPointer(Unmanaged.passRetained(data).toOpaque())
    var old = head.load(ordering: .acquiring)
    while true {
      // The list's reference to what was first becomes that of `next`.
      data.next = old.map { Unmanaged<DerivedData>.fromOpaque($0).takeUnretainedValue() }
      let (exchanged, original) = head.compareExchange(
        expected: old, desired: pointer, ordering: .acquiringAndReleasing)
      if exchanged { break }
      old = original
    }
    if let old { Unmanaged<DerivedData>.fromOpaque(old).release() }
  }

  /// Forgets all; the caller is the only one that refers to the buffer.
  @inline(__always)
  func removeAll() {
    if head.load(ordering: .relaxed) != nil { release() }
  }

  private func release() {
    if let old = head.exchange(nil, ordering: .acquiringAndReleasing) {
      Unmanaged<DerivedData>.fromOpaque(old).release()
    }
  }
}
