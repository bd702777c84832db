import Glibc
import Testing

@testable import Martlet

struct AtomicFileTests {
  private struct Interruption: Error {}

  @Test func aFailureLeavesTheOldFileAndNothingElse() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a", [1, 2, 3])
    #expect(throws: Interruption.self) {
      try AtomicFile.write(path) { file in
        try file.write([4, 5])
        throw Interruption()
      }
    }
    #expect(try TestFile.contents(of: path) == [1, 2, 3])
    #expect(directory.names == ["a"])
  }

  @Test func aFullDiskLeavesTheOldFile() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a", [1, 2, 3])
    let found = refusal(of: path) {
      try AtomicFile.write(path) { file in
        let full = open("/dev/full", O_WRONLY)
        dup2(full, file.descriptor)
        close(full)
        try file.write([4, 5])
      }
    }
    #expect(found.contains("No space left"))
    #expect(try TestFile.contents(of: path) == [1, 2, 3])
    #expect(directory.names == ["a"])
  }

  @Test func keepsPermissionsAndFollowsLinks() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a", [1])
    chmod(path, 0o640)
    let link = try directory.file("link")
    symlink("a", link)
    try AtomicFile.write(link) { try $0.write([2, 3]) }
    #expect(try TestFile.contents(of: path) == [2, 3])
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
  }

  @Test func refusesWhatIsNoFile() throws {
    let directory = try TemporaryDirectory()
    let subdirectory = try directory.file("sub")
    mkdir(subdirectory, 0o700)
    defer { rmdir(subdirectory) }
    for path in [subdirectory, "/dev/null"] {
      #expect(refusal(of: path) { try AtomicFile.write(path) { _ in } }.contains("regular"))
    }
    for path in ["", "\(directory.path)/none/a", "a\0b"] {
      #expect(!refusal(of: path) { try AtomicFile.write(path) { _ in } }.isEmpty)
    }
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func aNameWithoutADirectoryIsInTheCurrentOne() throws {
    let name = "martlet-\(getpid()).tmp"
    try AtomicFile.write(name) { try $0.write([7]) }
    defer { unlink(name) }
    #expect(try TestFile.contents(of: name) == [7])
  }
}
