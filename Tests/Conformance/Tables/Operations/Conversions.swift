import Martlet

extension OperationTable {
  /// Changes of dtype.
  mutating func addConversions() {
    let methods: [(String, DType)] = [
      ("bfloat16", .bfloat16), ("bool", .bool), ("byte", .uint8), ("char", .int8),
      ("double", .float64), ("float", .float32), ("half", .float16), ("int", .int32),
      ("long", .int64), ("short", .int16),
    ]
    for (name, dtype) in methods {
      add(name) { try $0.laidOut($0.tensor(0).to(dtype)) }
    }
    add("to") { arguments in
      let x = try arguments.tensor(0)
      var target = try arguments.required(1, "dtype")
      var next = 2
      if target.isCPU {
        target = try arguments.required(2, "dtype")
        next = 3
      }
      let dtype = target.isTensor ? try target.tensor().dtype : try target.dtype()
      // Transfers are synchronous, and a tensor is a value: neither flag can be seen.
      _ = try arguments.bool(next, "non_blocking")
      _ = try arguments.bool(next + 1, "copy")
      return try arguments.laidOut(x.to(dtype))
    }
    add("item") { arguments in
      let x = try arguments.tensor(0)
      switch x.dtype {
      case .bool: return try Output.bool(x.item(Bool.self))
      case .float16, .bfloat16, .float32, .float64: return try Output.float(x.item())
      default: return try Output.int(x.item(Int.self))
      }
    }
  }
}

extension Arguments {
  /// In the memory format that is asked for, if one is.
  func laidOut(_ x: Tensor) throws -> Tensor {
    switch self["memory_format"]?.value {
    case .memoryFormat("channels_last"):
      guard x.rank == 4 else { throw Unwritable("channels_last of \(x.rank) dimensions") }
      return try x.channelsLast()
    case .memoryFormat("channels_last_3d"):
      guard x.rank == 5 else { throw Unwritable("channels_last_3d of \(x.rank) dimensions") }
      return try x.channelsLast()
    default: return x
    }
  }
}
