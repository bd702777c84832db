#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The shown elements of a tensor as text, padded on the left to a common width.
struct FormattedCells {
  let text: [String]
  /// The common width, from which the number of columns follows. Texts may be longer: as in
  /// PyTorch, zeros and values that are not finite do not count towards it.
  let width: Int

  init(
    _ elements: TensorFormatter.Elements, at positions: [Int], options: TensorFormatter.Options
  ) {
    switch elements {
    case .integer(let element):
      self.init(padding: positions.map { String(element($0)) })
    case .boolean(let element):
      self.init(padding: positions.map { element($0) ? "True" : "False" })
    case .floating(let element):
      self.init(positions.map(element), options: options)
    }
  }

  private init(padding texts: [String]) {
    self.init(texts, width: texts.reduce(1) { max($0, $1.utf8.count) })
  }

  private init(_ values: [Double], options: TensorFormatter.Options) {
    let style = FloatStyle(values, options: options)
    let texts = values.map(style.text)
    var width = 1
    for (value, text) in zip(values, texts) where value.isFinite && value != 0 {
      width = max(width, text.utf8.count)
    }
    self.init(texts, width: width)
  }

  private init(_ texts: [String], width: Int) {
    self.width = width
    text = texts.map { text in
      String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
  }
}

/// How all floats of one tensor are written: `1.`, `1.0000` or `1.0000e+00`.
private enum FloatStyle {
  case whole
  case fixed(precision: Int)
  case scientific(precision: Int)

  init(_ values: [Double], options: TensorFormatter.Options) {
    let significant = values.lazy.filter { $0.isFinite && $0 != 0 }
    let magnitudes = significant.map(\.magnitude)
    guard let least = magnitudes.min(), let greatest = magnitudes.max() else {
      self = .whole
      return
    }
    let wideRange = greatest / least > 1000 || greatest > 1e8 || least < 1e-4
    if options.scientific ?? wideRange {
      self = .scientific(precision: options.precision)
    } else if significant.allSatisfy({ $0 == $0.rounded(.up) }) {
      self = .whole
    } else {
      self = .fixed(precision: options.precision)
    }
  }

  func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return switch self {
    case .whole: print(value, format: "%.*f", precision: 0) + "."
    case .fixed(let precision): print(value, format: "%.*f", precision: precision)
    case .scientific(let precision): print(value, format: "%.*e", precision: precision)
    }
  }

  /// The C library rounds the exact binary value, as Python does; `description` would not.
  private func print(_ value: Double, format: String, precision: Int) -> String {
    let digits = Int32(clamping: max(0, precision))
    return withVaList([digits, value]) { arguments in
      // Sign, at most 309 integral digits, the point, the exponent and the terminator.
      let capacity = 320 + Int(digits)
      let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        let written = buffer.withMemoryRebound(to: CChar.self) {
          vsnprintf($0.baseAddress, capacity, format, arguments)
        }
        count = max(0, min(Int(written), capacity - 1))
      }
      return String(decoding: usingPoint(bytes), as: UTF8.self)
    }
  }

  /// Replaces the decimal separator of the process's locale, which may have several bytes.
  private func usingPoint(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in bytes {
      let isPlain =
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "e")
      if isPlain {
        result.append(byte)
      } else if result.last != UInt8(ascii: ".") {
        result.append(UInt8(ascii: "."))
      }
    }
    return result
  }
}
