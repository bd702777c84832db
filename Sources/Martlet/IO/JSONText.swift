/// What must be known of JSON text before cJSON parses it, because its result no longer tells.
enum JSONText {
  static func check(_ text: UnsafeRawBufferPointer, maximumDepth: Int) throws(JSON.Failure) {
    var position = 0
    var depth = 0
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\""):
        position = try stringEnd(text, from: position + 1)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > maximumDepth {
          throw JSON.Failure("it nests deeper than \(maximumDepth) values")
        }
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        position += 1
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        position = try numberEnd(text, from: position)
      case 0:
        throw JSON.Failure("it has a NUL at byte \(position)")
      default:
        position += 1
      }
    }
  }

  /// The position after a string that starts at `start`. cJSON keeps C strings, which NUL would end
  /// early.
  private static func stringEnd(
    _ text: UnsafeRawBufferPointer, from start: Int
  ) throws(JSON.Failure) -> Int {
    var position = start
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\""):
        return position + 1
      case UInt8(ascii: "\\"):
        if text[position...].prefix(6).elementsEqual("\\u0000".utf8) {
          throw JSON.Failure("a string in it contains NUL")
        }
        position += 2
      case 0..<0x20:
        throw JSON.Failure("a string in it contains a control character at byte \(position)")
      default:
        position += 1
      }
    }
    throw JSON.Failure("a string in it does not end")
  }

  /// The position after a number. Integers that a double does not hold exactly are refused.
  private static func numberEnd(
    _ text: UnsafeRawBufferPointer, from start: Int
  ) throws(JSON.Failure) -> Int {
    var end = start
    var isInteger = true
    scan: while end < text.count {
      switch text[end] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"): break
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isInteger = false
      default: break scan
      }
      end += 1
    }
    if isInteger {
      let digits = String(decoding: text[start..<end], as: UTF8.self)
      guard let number = Int(digits) else {
        throw JSON.Failure(
          "the number \(quoted(digits)) at byte \(start) is malformed or too large")
      }
      if number.magnitude > 1 << 53 {
        throw JSON.Failure("the integer \(number) is beyond 2^53 and would be rounded")
      }
    } else if end - start > 60 {
      // cJSON reads 63 characters of a number and takes the rest for something else.
      throw JSON.Failure("a number in it has \(end - start) characters")
    }
    return end
  }
}
