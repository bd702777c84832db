import Glibc
import Martlet

/// Getting MNIST's files over the network, by curl, into a directory that holds all of them or
/// none.
struct MNISTDownload {
  var mirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
  ]
  /// What curl may speak, as its option `--proto` has it.
  var protocols = "=https"
  /// Names and SHA-256 sums, the smallest file first: it shows soonest that a mirror is out of
  /// reach.
  var files = MNISTFiles.published

  /// MNIST from the cache directory, after a download if need be; else synthetic digits.
  func locate(cache: String, report: (String) -> Void) -> MNIST.Source {
    if isComplete(cache) { return .cache(cache) }
    do {
      try makeDirectories(cache)
      try download(into: cache, report: report)
      return .cache(cache)
    } catch {
      return .synthetic(reason: "\(error)")
    }
  }

  /// Whether all files are there with the right contents, so that a damaged cache heals.
  private func isComplete(_ directory: String) -> Bool {
    files.allSatisfy { access("\(directory)/\($0.0)", R_OK) == 0 } && sumsMatch(in: directory)
  }

  private func download(into cache: String, report: (String) -> Void) throws {
    var template = Array("\(cache)/download-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure("\(cache) cannot be written") }
    let directory = String(
      decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer {
      for (name, _) in files { unlink("\(directory)/\(name)") }
      rmdir(directory)
    }
    var problems: [String] = []
    for mirror in mirrors {
      report("Downloading MNIST (11 MB) from \(mirror)")
      if let problem = fetch(from: mirror, into: directory) {
        problems.append("\(mirror): \(problem)")
        continue
      }
      for (name, _) in files where rename("\(directory)/\(name)", "\(cache)/\(name)") != 0 {
        throw Failure("\(cache) cannot be written")
      }
      return
    }
    throw Failure(
      "it is not in \(cache) and cannot be downloaded (\(problems.joined(separator: "; ")))")
  }

  /// Downloads all files of one mirror; says what went wrong.
  private func fetch(from mirror: String, into directory: String) -> String? {
    for (name, _) in files {
      let status = ChildProcess.run(
        "curl",
        [
          "--fail", "--silent", "--location", "--proto", protocols, "--connect-timeout", "4",
          "--speed-limit", "10000", "--speed-time", "5", "--max-time", "300", "--max-filesize",
          "50000000", "--output", name, "\(mirror)/\(name)",
        ], in: directory)
      if status != 0 { return Self.meaning(ofCurlStatus: status) }
    }
    return sumsMatch(in: directory) ? nil : "the files' SHA-256 sums are not MNIST's"
  }

  /// Whether every file in `directory` has its sum, by the system's sha256sum.
  private func sumsMatch(in directory: String) -> Bool {
    let sums = files.map { "\($0.1)  \($0.0)\n" }.joined()
    return ChildProcess.run("sha256sum", ["--check", "--status", "-"], in: directory, input: sums)
      == 0
  }

  private func makeDirectories(_ path: String) throws {
    var parent = ""
    for name in path.split(separator: "/") {
      parent += "/\(name)"
      if mkdir(parent, 0o755) != 0 && errno != EEXIST && access(parent, X_OK) != 0 {
        throw Failure("\(parent) cannot be created")
      }
    }
  }

  /// Source: curl's manual, section "Exit codes".
  private static func meaning(ofCurlStatus status: Int32) -> String {
    switch status {
    case 5: "the proxy's name cannot be resolved"
    case 6: "the host's name cannot be resolved"
    case 7: "the host does not answer"
    case 22: "the host does not have the file"
    case 28: "the host is too slow"
    case 35, 60: "the secure connection fails"
    case 127: "curl is not installed"
    default: "curl ends with status \(status)"
    }
  }

  private struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }
}
