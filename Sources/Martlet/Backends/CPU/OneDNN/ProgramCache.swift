import Synchronization

/// A bounded table of what is costly to make, safe to share between threads.
///
/// When it is full, the quarter that was not used for longest goes: shapes that change without end,
/// such as sentence lengths, must not fill the memory.
final class ProgramCache<Key: Hashable & Sendable, Value: AnyObject & Sendable>: Sendable {
  private struct Entry {
    let value: Value
    var lastUse: UInt64
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var clock: UInt64 = 0
  }

  private let state = Mutex(State())
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = max(capacity, 4)
  }

  var count: Int { state.withLock { $0.entries.count } }

  func value(for key: Key, make: () throws -> Value) rethrows -> Value {
    let found = state.withLock { state -> Value? in
      state.clock &+= 1
      guard let index = state.entries.index(forKey: key) else { return nil }
      state.entries.values[index].lastUse = state.clock
      return state.entries.values[index].value
    }
    if let found { return found }
    // Made outside of the lock, since it can take milliseconds; two threads may both make one.
    let made = try make()
    return state.withLock { state in
      if let other = state.entries[key] { return other.value }
      if state.entries.count >= capacity { evict(&state) }
      state.entries[key] = Entry(value: made, lastUse: state.clock)
      return made
    }
  }

  func removeAll() {
    let dropped = state.withLock { state in
      defer { state.entries = [:] }
      return state.entries
    }
    _ = dropped
  }

  private func evict(_ state: inout State) {
    let uses = state.entries.values.map(\.lastUse).sorted()
    let limit = uses[uses.count / 4]
    state.entries = state.entries.filter { $0.value.lastUse > limit }
  }
}

/// Mixes a few machine words into one, at about a nanosecond each, for keys that are looked up at
/// every call. The keys are shapes, not text from outside, and the result goes through `Hasher`.
struct WordMixer {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  mutating func mix(_ word: Int) {
    value = (value ^ UInt64(bitPattern: Int64(word))) &* 0xD6E8_FEB8_6659_FD93
    value ^= value &>> 32
  }

  @inline(__always)
  mutating func mix(_ words: SIMD3<Int>) {
    mix(words.x)
    mix(words.y)
    mix(words.z)
  }
}
