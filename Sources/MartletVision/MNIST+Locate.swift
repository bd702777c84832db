import Glibc
import Martlet

extension MNIST {
  /// Finds MNIST: in the directory `data` or, without it, `MARTLET_DATA`; else in the cache,
  /// `$XDG_CACHE_HOME/martlet/mnist` or `~/.cache/martlet/mnist`; else by downloading it into the
  /// cache (11 MB). If nothing of this works, the source is synthetic digits, within seconds where
  /// there is no network.
  ///
  /// A directory may hold the four IDX files, compressed or not, itself or in `mnist`, `MNIST/raw`
  /// or `raw`. `report` is told before a download starts.
  ///
  /// Throws `TensorError.file` if a directory was named and lacks the files.
  public static func locate(
    data: String? = nil, report: (String) -> Void = { _ in }
  ) throws -> Source {
    if let named = data ?? environment("MARTLET_DATA") {
      return .directory(try MNISTFiles.directory(under: named))
    }
    // The XDG base directory specification has relative paths ignored.
    let base = environment("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard let caches = base ?? environment("HOME").map({ $0 + "/.cache" }) else {
      return .synthetic(reason: "neither XDG_CACHE_HOME nor HOME says where a download may be kept")
    }
    return MNISTDownload().locate(cache: caches + "/martlet/mnist", report: report)
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}

/// The files of MNIST in a directory.
enum MNISTFiles {
  /// Their names as published, with the SHA-256 sums.
  static let published = [
    (
      "t10k-labels-idx1-ubyte.gz",
      "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
    (
      "t10k-images-idx3-ubyte.gz",
      "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    (
      "train-labels-idx1-ubyte.gz",
      "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    (
      "train-images-idx3-ubyte.gz",
      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
  ]

  /// The place at or below `directory` where MNIST's files are.
  static func directory(under directory: String) throws -> String {
    let places = ["", "/mnist", "/MNIST/raw", "/raw"].map { directory + $0 }
    for place in places where access(place + "/.", R_OK) == 0 {
      if published.allSatisfy({ (try? path(String($0.0.dropLast(3)), in: place)) != nil }) {
        return place
      }
    }
    throw TensorError.file(
      path: directory,
      reason: "has no MNIST: " + published.map { $0.0.dropLast(3) }.joined(separator: ", ")
        + " (each may end in .gz) are not all in it")
  }

  /// The file of this name, compressed or not.
  static func path(_ name: String, in directory: String) throws -> String {
    for candidate in ["\(directory)/\(name)", "\(directory)/\(name).gz"]
    where access(candidate, R_OK) == 0 { return candidate }
    throw TensorError.file(path: "\(directory)/\(name)", reason: "is not there, nor with .gz")
  }
}
