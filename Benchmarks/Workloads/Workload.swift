/// Something to time: `prepare` makes the inputs and gives what is to be timed.
struct Workload: Sendable {
  var name: String
  var unit = "us"
  var prepare: @Sendable () throws -> () throws -> Void

  init(
    _ name: String, unit: String = "us",
    _ prepare: @escaping @Sendable () throws -> () throws -> Void
  ) {
    self.name = name
    self.unit = unit
    self.prepare = prepare
  }
}
