import Glibc
import Martlet

/// An endless text of small fables, in which the last word of each is one that was said before:
///
///     the shy fox sings under the old bridge, says the fox.
///
/// What cannot be foreseen is drawn evenly from lists, so the least loss that any model can reach
/// is known.
struct FableText {
  private static let qualities = [
    "shy", "old", "quick", "grey", "proud", "small", "wild", "kind", "tired", "brave", "red",
    "tall",
    "quiet", "wise", "lost", "merry",
  ]
  private static let animals = [
    "fox", "swift", "heron", "mouse", "badger", "owl", "hare", "otter", "crow", "wolf", "deer",
    "toad", "robin", "stoat", "bear", "lynx",
  ]
  private static let deeds = [
    "sings", "sleeps", "waits", "dances", "hides", "dreams", "rests", "hums",
  ]
  private static let places = [
    "under", "behind", "beside", "above", "near", "inside", "beyond", "below",
  ]
  private static let things = [
    "bridge", "barn", "tower", "willow", "mill", "fence", "river", "hill", "wagon", "well", "stone",
    "orchard", "chapel", "meadow", "lamp", "gate",
  ]

  /// The characters of the alphabet in the order of their numbers.
  let characters: [Character]
  /// The numbers of the text's characters, int64 `[count]`.
  let tokens: Tensor
  /// The mean over the characters of what is drawn, in nats: no model's loss is less in the long
  /// run.
  let entropy: Double

  /// A text of some fables.
  init(fables: Int) throws {
    let lists = [
      Self.qualities, Self.animals, Self.deeds, Self.places, Self.qualities, Self.things,
    ]
    let columns = try lists.map {
      try Tensor.randint(0..<$0.count, [fables]).array(of: Int.self)
    }
    var text: [Character] = []
    for fable in 0..<fables {
      let words = zip(lists, columns).map { $0[$1[fable]] }
      text += Array(
        "the \(words[0]) \(words[1]) \(words[2]) \(words[3]) the \(words[4]) \(words[5]), says the \(words[1]).\n"
      )
    }
    characters = Set(text).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(characters, 0...))
    tokens = try Tensor(text.compactMap { numbers[$0] })
    let drawn = lists.reduce(0) { $0 + log(Double($1.count)) }
    entropy = text.isEmpty ? 0 : drawn * Double(fables) / Double(text.count)
  }

  /// The characters with these numbers.
  func text(_ tokens: [Int]) -> String {
    String(tokens.compactMap { characters.indices.contains($0) ? characters[$0] : nil })
  }
}
