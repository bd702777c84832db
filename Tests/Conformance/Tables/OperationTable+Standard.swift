extension OperationTable {
  /// All that Martlet offers.
  static func standard() -> OperationTable {
    let table = OperationTable()
    return table
  }
}
