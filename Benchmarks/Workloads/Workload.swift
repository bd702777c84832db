/// Something to time: `prepare` makes the inputs and gives what is to be timed.
package struct Workload: Sendable {
  package var name: String
  package var unit = "us"
  package var prepare: @Sendable () throws -> () throws -> Void

  init(
    _ name: String, unit: String = "us",
    _ prepare: @escaping @Sendable () throws -> () throws -> Void
  ) {
    self.name = name
    self.unit = unit
    self.prepare = prepare
  }
}
