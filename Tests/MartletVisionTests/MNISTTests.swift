import Glibc
import Martlet
import Testing

@testable import MartletVision

struct MNISTTests {
  private func idx(_ type: UInt8, _ shape: [Int], _ value: UInt8 = 1) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] }
      + [UInt8](repeating: value, count: shape.reduce(1, *))
  }

  private func writeSmall(_ scratch: Scratch) throws {
    for (name, count) in [("train", 3), ("t10k", 2)] {
      try scratch.write(idx(8, [count, 28, 28], 200), "\(name)-images-idx3-ubyte")
      try scratch.write(idx(8, [count], 7), "\(name)-labels-idx1-ubyte")
    }
  }

  @Test func readsANamedDirectory() throws {
    let scratch = try Scratch()
    try writeSmall(scratch)
    let mnist = try MNIST.load(data: scratch.path)
    #expect(mnist.source == .directory(scratch.path))
    #expect(mnist.train.images.shape == [3, 28, 28] && mnist.test.images.shape == [2, 28, 28])
    #expect(try values(mnist.train.labels, as: Int64.self) == [7, 7, 7])
    let parent = try Scratch()
    symlink(scratch.path, "\(parent.path)/mnist")
    #expect(try MNIST.locate(data: parent.path) == .directory("\(parent.path)/mnist"))
  }

  @Test func refusesANamedDirectoryThatLacksOrSpoilsFiles() throws {
    let scratch = try Scratch()
    func reason() -> String {
      do {
        _ = try MNIST.load(data: scratch.path)
      } catch TensorError.file(let path, let reason) where path.hasPrefix(scratch.path) {
        return reason
      } catch {
        Issue.record("the error does not name the file: \(error)")
      }
      return ""
    }
    #expect(reason().contains("no MNIST"))
    try writeSmall(scratch)
    try scratch.write(idx(8, [2, 28, 27]), "t10k-images-idx3-ubyte")
    #expect(reason().contains("not MNIST images"))
    try scratch.write(idx(8, [2, 28, 28]), "t10k-images-idx3-ubyte")
    try scratch.write(idx(8, [3]), "t10k-labels-idx1-ubyte")
    #expect(reason().contains("not labels for 2"))
    try scratch.write(idx(8, [2], 10), "t10k-labels-idx1-ubyte")
    #expect(reason().contains("no digit"))
    unlink("\(scratch.path)/t10k-labels-idx1-ubyte")
    #expect(reason().contains("not all in it"))
  }

  /// Downloads over `file:` from a directory, with sums that fit what is in it.
  private func download(from mirrors: [Scratch]) throws -> MNISTDownload {
    var download = MNISTDownload()
    download.mirrors = mirrors.map { "file://\($0.path)" }
    download.protocols = "=file"
    download.files = [
      ("a", "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0"),
      ("b", "3e744b9dc39389baf0c5a0660589b8402f3dbb49b89b3e75f2c9355852a3c677"),
    ]
    return download
  }

  private func mirror(_ a: String, _ b: String?) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write(Array(a.utf8), "a")
    if let b { try scratch.write(Array(b.utf8), "b") }
    return scratch
  }

  @Test func downloadsIntoTheCacheFromTheFirstGoodMirror() throws {
    let caches = try Scratch()
    let cache = "\(caches.path)/martlet/mnist"
    let mirrors = [try mirror("aaa", nil), try mirror("aaa", "wrong"), try mirror("aaa", "bbb")]
    defer { withExtendedLifetime(mirrors) {} }
    let download = try download(from: mirrors)
    var reports = 0
    #expect(download.locate(cache: cache) { _ in reports += 1 } == .cache(cache))
    #expect(reports == 3)
    #expect(Scratch.names(in: cache) == ["a", "b"])
    // The second time it is there; damaged, it is fetched again.
    #expect(download.locate(cache: cache) { _ in reports += 1 } == .cache(cache))
    #expect(reports == 3)
    truncate("\(cache)/b", 1)
    #expect(download.locate(cache: cache) { _ in reports += 1 } == .cache(cache))
    #expect(reports == 6)
  }

  @Test func fallsBackToSyntheticDigits() throws {
    let caches = try Scratch()
    let cache = "\(caches.path)/martlet/mnist"
    let mirrors = [try mirror("aaa", nil), try mirror("aaa", "wrong")]
    defer { withExtendedLifetime(mirrors) {} }
    let bad = try download(from: mirrors)
    guard case .synthetic(let reason) = bad.locate(cache: cache, report: { _ in }) else {
      Issue.record("a bad download was taken")
      return
    }
    #expect(reason.contains("SHA-256"))
    #expect(Scratch.names(in: cache) == [])
    guard case .synthetic(let other) = bad.locate(cache: "/dev/null/x", report: { _ in }) else {
      Issue.record("a cache that cannot be was taken")
      return
    }
    #expect(other.contains("/dev/null"))
  }

  @Test func anUnreachableHostIsGivenUpQuickly() throws {
    let caches = try Scratch()
    var download = MNISTDownload()
    // A port where nothing listens, and a name that by RFC 2606 never resolves.
    download.mirrors = ["https://127.0.0.1:9", "https://martlet.invalid"]
    let start = ContinuousClock.now
    guard case .synthetic = download.locate(cache: "\(caches.path)/m", report: { _ in }) else {
      Issue.record("an unreachable host was taken")
      return
    }
    #expect(ContinuousClock.now - start < .seconds(15))
  }

  @Test(
    .enabled(if: SharedData.has("mnist"), "the shared MNIST files are not beside this checkout"))
  func readsTheSharedFiles() throws {
    let mnist = try MNIST.load(data: "\(SharedData.directory)/mnist")
    #expect(mnist.test.images.shape == [10_000, 28, 28])
    #expect(try values(mnist.test.labels, as: Int64.self).prefix(5) == [7, 2, 1, 0, 4])
    let path = "\(SharedData.directory)/mnist"
    let sums = MNISTFiles.published.prefix(2).map { "\($0.1)  \($0.0)\n" }.joined()
    #expect(
      ChildProcess.run("sha256sum", ["--check", "--status", "-"], in: path, input: sums) == 0)
  }
}
