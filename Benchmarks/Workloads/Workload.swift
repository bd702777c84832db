/// Something to time: `prepare` makes the inputs and gives what is to be timed.
struct Workload {
  var name: String
  var unit = "us"
  var prepare: () throws -> () throws -> Void

  init(_ name: String, unit: String = "us", _ prepare: @escaping () throws -> () throws -> Void) {
    self.name = name
    self.unit = unit
    self.prepare = prepare
  }
}
