extension ModuleTable {
  /// All that Martlet offers.
  static func standard() -> ModuleTable {
    var table = ModuleTable()
    table.addLinear()
    table.addConvolutions()
    table.addPooling()
    table.addNormalization()
    table.addActivations()
    table.addDropout()
    table.addEmbeddings()
    table.addPadding()
    table.addShapes()
    table.addLosses()
    table.addRecurrent()
    table.addTransformers()
    return table
  }
}
