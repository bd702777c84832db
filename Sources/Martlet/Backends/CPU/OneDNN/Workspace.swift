import COneDNN
import Glibc
import Synchronization

/// Scratch memory for one call: reordered operands and what a primitive asks for.
///
/// Blocks are kept for the next call, since a Winograd convolution can need 100 MB and getting that
/// from the system anew costs more than the convolution. There are as many blocks as calls ever ran
/// at once.
struct Workspace: ~Copyable {
  private struct Block: @unchecked Sendable {
    var base: UnsafeMutableRawPointer
    var capacity: Int
  }

  private static let idle = Mutex<[Block]>([])
  private static let hugePage = 2 << 20

  private let block: Block?

  var base: UnsafeMutableRawPointer? { block?.base }

  init(bytes: Int) throws {
    guard bytes > 0 else {
      block = nil
      return
    }
    let reused = Workspace.idle.withLock { $0.popLast() }
    if let reused, reused.capacity >= bytes {
      block = reused
      return
    }
    if let reused { free(reused.base) }
    let unit = bytes < Workspace.hugePage ? 1 << 16 : Workspace.hugePage
    let (padded, overflow) = bytes.addingReportingOverflow(unit - 1)
    var memory: UnsafeMutableRawPointer?
    let capacity = padded / unit * unit
    guard !overflow, posix_memalign(&memory, min(unit, Workspace.hugePage), capacity) == 0,
      let memory
    else { throw OneDNNError(call: "posix_memalign", status: dnnl_out_of_memory) }
    if capacity >= Workspace.hugePage { madvise(memory, capacity, Int32(MADV_HUGEPAGE)) }
    block = Block(base: memory, capacity: capacity)
  }

  deinit {
    if let block { Workspace.idle.withLock { $0.append(block) } }
  }

  static func trim() {
    let blocks = idle.withLock { idle in
      defer { idle = [] }
      return idle
    }
    for block in blocks { free(block.base) }
  }
}
