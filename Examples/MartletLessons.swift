import ArgumentParser
import Martlet
import MartletVision

/// Runs one of the lessons from random start values.
@main
struct MartletLessons: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet-lessons",
    abstract: "Run one of the programs that teach Martlet.",
    discussion: "The sources are meant to be read, in the order of the list below.")

  @Argument(help: "The lesson.")
  var lesson: Lesson

  @Option(help: "What the start values depend on.")
  var seed: UInt64 = 1

  @Option(
    help:
      "A directory of the MNIST files (else MARTLET_DATA, the cache, a download or drawn digits).")
  var data: String?

  func run() throws {
    manualSeed(seed)
    try lesson.run {
      let mnist = try MNIST.load(data: data) { print($0) }
      print("Data: \(mnist.source)")
      return try Digits(mnist)
    }
  }
}
