import Foundation
import Martlet
import Testing

/// What PyTorch computed in a lesson from given start values.
struct LessonTrace {
  static let isAvailable = SharedData.has("lessons/README.md")
  static let hasDigits = isAvailable && SharedData.has("mnist/train-images-idx3-ubyte.gz")
  /// Why tests of lessons are skipped where they are.
  static let requirement: Comment =
    "needs lessons and mnist in \(SharedData.directory), or where MARTLET_SHARED says"

  private struct File: Decodable {
    let steps: Int?
    let choices: String?
    let losses: [[Double]]
    let validation: [[Double]]?
  }

  let steps: Int
  /// Where control flow was random, what was chosen in each step.
  let choices: [Int]
  /// `[step, loss]` or `[epoch, iteration, loss]`.
  let losses: [[Double]]
  /// `[epoch, loss, accuracy]`.
  let validation: [[Double]]
  private let tensors: TensorDictionary

  init(_ name: String) throws {
    let path = "\(SharedData.directory)/lessons/\(name)"
    let data = try Data(contentsOf: URL(fileURLWithPath: path + ".json"))
    let file = try JSONDecoder().decode(File.self, from: data)
    steps = file.steps ?? 0
    choices = (file.choices ?? "").compactMap(\.wholeNumberValue)
    losses = file.losses
    validation = file.validation ?? []
    tensors = try Safetensors.load(path + ".safetensors")
  }

  /// One of the tensors: `x`, `y`, `start.NAME` or `final.NAME`.
  func tensor(_ name: String) throws -> Tensor { try #require(tensors[name]) }

  /// A state dictionary out of the tensors that begin with `prefix`, under the names that the
  /// lesson's module has.
  func state(_ prefix: String, renaming: [(String, String)] = []) -> TensorDictionary {
    TensorDictionary(
      tensors.compactMap { name, tensor in
        guard name.hasPrefix(prefix) else { return nil }
        var name = String(name.dropFirst(prefix.count))
        for (old, new) in renaming where name.hasPrefix(old) {
          name = new + name.dropFirst(old.count)
          break
        }
        return (name, tensor)
      })
  }

  /// A function that gives the choices one after the other.
  func chooser() -> () -> Int {
    var next = choices.makeIterator()
    return { next.next() ?? 0 }
  }
}
