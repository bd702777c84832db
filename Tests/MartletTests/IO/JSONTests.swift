import Testing

@testable import Martlet

struct JSONTests {
  private func parse(_ text: String) throws -> JSON {
    try Array(text.utf8).withUnsafeBytes { try JSON(parsing: $0) }
  }

  @Test func parsesAndSerializes() throws {
    let text =
      #"{"b":[1,-2.5,9007199254740992,null,true,false],"a":{"ä\n\"\\/":"é😀"},"e":[],"o":{}}"#
    let value = try parse(" \n" + text + "\t ")
    #expect(
      value
        == .object([
          .init(
            "b",
            .array([
              .number(1), .number(-2.5), .number(9_007_199_254_740_992), .null, .boolean(true),
              .boolean(false),
            ])),
          .init("a", .object([.init("ä\n\"\\/", .string("é😀"))])),
          .init("e", .array([])), .init("o", .object([])),
        ]))
    #expect(try parse(String(decoding: value.serialized(), as: UTF8.self)) == value)
    let numbers: [Double] = [
      0.1, -0.0, 1 / 3, 1e300, Double.leastNonzeroMagnitude, 9_007_199_254_740_991, -7,
    ]
    for number in numbers {
      let text = String(decoding: try JSON.number(number).serialized(), as: UTF8.self)
      #expect(Double(text)?.bitPattern == number.bitPattern)
    }
    #expect(try parse(#""\\u0000""#) == .string("\\u0000"))
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "nul", "1 2", #"{"a":1,"a":2}"#, #""\u0000""#, "9007199254740993",
    "1e999",
    "--1", "\"\u{1}\"", "\"", #""\"#, #""\ud800""#, "[\0]",
  ])
  func refuses(_ text: String) {
    #expect(throws: JSON.Failure.self) { try parse(text) }
  }

  @Test func refusesInvalidUTF8AndDepth() {
    #expect(throws: JSON.Failure.self) {
      try [0x22, 0xFF, 0x22].withUnsafeBytes { try JSON(parsing: $0) }
    }
    #expect(throws: JSON.Failure.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSON.Failure.self) { try JSON.number(.nan).serialized() }
    #expect(throws: JSON.Failure.self) { try JSON.array([.string("a\0")]).serialized() }
    #expect(throws: JSON.Failure.self) { try JSON.object([.init("a\0", .null)]).serialized() }
  }
}
