/// Lays out a tensor as text the way PyTorch's `repr` does: elements aligned on one width, rows
/// broken at the line width, large tensors summarised to their edges, and what the elements do not
/// tell (size, dtype, gradient function) appended.
///
/// Elements are asked for by row-major position, and only those that are shown.
struct TensorFormatter {
  /// The meaning and defaults of PyTorch's `set_printoptions`.
  struct Options: Sendable {
    /// Digits after the decimal point.
    var precision = 4
    /// Tensors with more elements than this are summarised.
    var threshold = 1000
    /// Elements shown at each end of a summarised dimension.
    var edgeItems = 3
    var lineWidth = 80
    /// Whether floats are written with an exponent; `nil` decides by their magnitudes.
    var scientific: Bool?
  }

  /// Reads one element at a row-major position.
  enum Elements {
    case floating((Int) -> Double)
    case integer((Int) -> Int64)
    case boolean((Int) -> Bool)
  }

  var shape: [Int]
  /// The name shown in `dtype=...` when the elements alone do not imply it.
  var dtype: String
  /// The floating point dtype that goes without saying.
  var defaultFloatingDType = "float32"
  /// Further parts such as `requires_grad=True`, in order.
  var suffixes: [String] = []
  var options = Options()

  func format(_ elements: Elements) -> String {
    let prefix = "tensor("
    let count = shape.reduce(1, *)
    var parts: [String] = []
    let body: String
    if count == 0 {
      // No element shows the dtype, so even int64 and bool have to be named.
      if shape.count != 1 { parts.append("size=" + tuple(shape)) }
      if dtype != defaultFloatingDType { parts.append("dtype=" + dtype) }
      body = "[]"
    } else {
      if options.edgeItems == 0 { parts.append("size=" + tuple(shape)) }
      if !isImplied(by: elements) { parts.append("dtype=" + dtype) }
      let summarised = count > options.threshold
      let positions = shownPositions(summarised: summarised)
      let cells = FormattedCells(elements, at: positions, options: options)
      var layout = TensorLayout(
        shape: shape, cells: cells, summarised: summarised, options: options)
      body = layout.text(indent: prefix.utf8.count)
    }
    return appending(parts + suffixes, to: prefix + body, indent: prefix.utf8.count)
  }

  private func isImplied(by elements: Elements) -> Bool {
    switch elements {
    case .floating: dtype == defaultFloatingDType
    case .integer: dtype == "int64"
    case .boolean: true
    }
  }

  private func tuple(_ values: [Int]) -> String {
    let list = values.map(String.init).joined(separator: ", ")
    return values.count == 1 ? "(\(list),)" : "(\(list))"
  }

  private func shownPositions(summarised: Bool) -> [Int] {
    var positions = [0]
    for size in shape {
      let runs = ShownRuns(of: size, edge: summarised ? options.edgeItems : nil)
      positions = positions.flatMap { start in
        runs.indices.map { start * size + $0 }
      }
    }
    return positions
  }

  /// Appends each part to the last line, or to a new one when it would pass the line width.
  private func appending(_ parts: [String], to body: String, indent: Int) -> String {
    var text = body
    // PyTorch counts two columns more than the last line has, which decides where it wraps.
    let lastLine = body.utf8.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    var column = lastLine + 2
    for part in parts {
      if column + part.utf8.count + 2 > options.lineWidth {
        text += ",\n" + String(repeating: " ", count: indent) + part
        column = indent + part.utf8.count
      } else {
        text += ", " + part
        column += part.utf8.count + 2
      }
    }
    return text + ")"
  }
}

/// The indices of one dimension that are shown: all of them, or a run at each end.
struct ShownRuns {
  let head: Range<Int>
  let tail: Range<Int>
  let isElided: Bool

  /// - Parameter edge: the length of each end if the tensor is summarised.
  init(of size: Int, edge: Int?) {
    if let edge, size - edge > edge {
      head = 0..<edge
      tail = (size - edge)..<size
      isElided = true
    } else {
      head = 0..<size
      tail = size..<size
      isElided = false
    }
  }

  var indices: [Int] { Array(head) + Array(tail) }
}

/// Arranges formatted cells, given in row-major order of what is shown, in nested brackets.
private struct TensorLayout {
  let shape: [Int]
  let cells: FormattedCells
  let summarised: Bool
  let options: TensorFormatter.Options
  private var next = 0

  init(shape: [Int], cells: FormattedCells, summarised: Bool, options: TensorFormatter.Options) {
    self.shape = shape
    self.cells = cells
    self.summarised = summarised
    self.options = options
  }

  mutating func text(indent: Int) -> String {
    shape.isEmpty ? takeCell() : block(dimension: 0, indent: indent)
  }

  private mutating func takeCell() -> String {
    defer { next += 1 }
    return cells.text[next]
  }

  private mutating func block(dimension: Int, indent: Int) -> String {
    let edge = summarised ? options.edgeItems : nil
    let runs = ShownRuns(of: shape[dimension], edge: edge)
    let isRow = dimension == shape.count - 1
    var items: [String] = []
    for _ in runs.head {
      items.append(isRow ? takeCell() : block(dimension: dimension + 1, indent: indent + 1))
    }
    if runs.isElided {
      // In a row the mark has a leading space, which keeps it off the comma of a narrow column.
      items.append(isRow && options.edgeItems > 0 ? " ..." : "...")
    }
    for _ in runs.tail {
      items.append(isRow ? takeCell() : block(dimension: dimension + 1, indent: indent + 1))
    }
    let margin = String(repeating: " ", count: indent + 1)
    if !isRow {
      let breaks = String(repeating: "\n", count: shape.count - dimension - 1)
      return "[" + items.joined(separator: "," + breaks + margin) + "]"
    }
    let perLine = max(1, (options.lineWidth - indent) / (cells.width + 2))
    let lines = stride(from: 0, to: items.count, by: perLine).map { start in
      items[start..<min(start + perLine, items.count)].joined(separator: ", ")
    }
    return "[" + lines.joined(separator: ",\n" + margin) + "]"
  }
}
