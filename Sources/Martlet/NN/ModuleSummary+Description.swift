extension ModuleSummary: CustomStringConvertible {
  /// A table with a line for each module, indented by its depth, and the sums.
  public var description: String {
    let heads = ["Layer", "Output", "Parameters", "Bytes", "Multiply-adds"]
    let lines = rows.map { row in
      [
        row.label, row.outputShapes.map { "\($0)" }.joined(separator: ", "),
        row.calls == 0 && row.parameters == 0 ? "" : row.parameters.grouped,
        (row.parameterBytes + row.outputBytes).grouped, row.multiplyAdds.grouped,
      ]
    }
    let widths = heads.indices.map { column in
      ([heads] + lines).reduce(0) { max($0, $1[column].count) }
    }
    func text(_ cells: [String]) -> String {
      var line = ""
      for (column, cell) in cells.enumerated() {
        let filler = String(repeating: " ", count: widths[column] - cell.count)
        line += column < 2 ? cell + filler : filler + cell
        if column + 1 < cells.count { line += "  " }
      }
      return line
    }
    let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    return ([text(heads), rule] + lines.map(text) + [rule]).joined(separator: "\n") + """

      \(parameters.grouped) parameters (\(trainableParameters.grouped) trained), \
      \(parameterBytes.grouped) bytes; \(multiplyAdds.grouped) multiply-adds
      """
  }
}

extension ModuleSummary.Row {
  /// `    0 (Conv2d)`, indented by the depth.
  fileprivate var label: String {
    guard let name = path.split(separator: ".").last else { return layer }
    let depth = path.split(separator: ".").count
    return String(repeating: "  ", count: depth) + "\(name) (\(layer))"
  }
}

extension Int {
  /// With commas between thousands.
  fileprivate var grouped: String {
    var text = ""
    for (position, digit) in "\(magnitude)".reversed().enumerated() {
      if position > 0, position % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + String(text.reversed())
  }
}
