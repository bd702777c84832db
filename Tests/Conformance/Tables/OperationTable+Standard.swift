extension OperationTable {
  /// All that Martlet offers.
  static func standard() -> OperationTable {
    var table = OperationTable()
    table.addUnary()
    table.addArithmetic()
    table.addBinary()
    table.addReductions()
    table.addShapes()
    table.addIndexing()
    table.addSelection()
    table.addMatrices()
    table.addLinearAlgebra()
    table.addConversions()
    table.addCreation()
    table.addRandom()
    table.addFunctional()
    table.addWindows()
    table.addLosses()
    table.addActivations()
    table.addFunctionalMore()
    table.addRearrangement()
    table.addStacking()
    table.addStatistics()
    table.addTaking()
    table.addPatching()
    table.addEmbeddingLosses()
    table.addPatches()
    table.addSets()
    table.addIntegrals()
    table.addFunctionalRare()
    return table
  }
}
