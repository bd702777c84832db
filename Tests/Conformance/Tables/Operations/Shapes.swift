import Martlet

extension OperationTable {
  /// Views and rearrangements.
  mutating func addShapes() {
    add("reshape") { try $0.tensor(0).reshape($0.ints(1, "shape")) }
    add("reshape_as") { try $0.tensor(0).reshape($0.tensor(1, "other").shape) }
    add("view") { try $0.tensor(0).view($0.variadicInts(from: 1, "size")) }
    add("view_as") { try $0.tensor(0).view($0.tensor(1, "other").shape) }
    add("flatten") {
      try $0.tensor(0).flatten(
        from: $0.int(1, "start_dim", default: 0), to: $0.int(2, "end_dim", default: -1))
    }
    add("ravel") { try $0.tensor(0).flatten() }
    add("unflatten") { try $0.tensor(0).unflatten($0.int(1, "dim"), $0.ints(2, "sizes")) }
    add("transpose") { try $0.tensor(0).transpose($0.int(1, "dim0"), $0.int(2, "dim1")) }
    unary("T") { try $0.permute(Array((0..<$0.rank).reversed())) }
    unary("t") { try $0.t() }
    unary("mT") { try $0.mT }
    add("permute") { try $0.tensor(0).permute($0.variadicInts(from: 1, "dims")) }
    add("movedim") {
      try $0.tensor(0).movedim($0.ints(1, "source"), $0.ints(2, "destination"))
    }
    add("squeeze") { arguments in
      let x = try arguments.tensor(0)
      guard let dims = arguments[1, "dim"] else { return try x.squeeze() }
      return try x.squeeze(dims.ints())
    }
    add("unsqueeze") { try $0.tensor(0).unsqueezed($0.int(1, "dim")) }
    add("expand", "broadcast_to") { try $0.tensor(0).expanded($0.variadicInts(from: 1, "size")) }
    add("expand_as") { try $0.tensor(0).expanded(as: $0.tensor(1, "other")) }
    add("flip") { try $0.tensor(0).flip($0.variadicInts(from: 1, "dims")) }
    add("repeat") { try $0.tensor(0).repeat($0.variadicInts(from: 1, "repeats")) }
    add("narrow") {
      try $0.tensor(0).narrow(
        $0.int(1, "dim"), start: $0.int(2, "start"), length: $0.int(3, "length"))
    }
    add("select") { try $0.tensor(0).select($0.int(1, "dim"), $0.int(2, "index")) }
    add("unbind") { try $0.tensor(0).unbind($0.int(1, "dim", default: 0)) }
    add("split") { arguments in
      let x = try arguments.tensor(0)
      let sizes = try arguments.required(1, "split_size_or_sections")
      let dim = try arguments.int(2, "dim", default: 0)
      return sizes.elements == nil
        ? try x.split(sizes.int(), dim) : try x.split(sizes.ints(), dim)
    }
    add("split_with_sizes") {
      try $0.tensor(0).split($0.ints(1, "split_sizes"), $0.int(2, "dim", default: 0))
    }
    add("chunk") {
      try $0.tensor(0).chunk($0.int(1, "chunks"), $0.int(2, "dim", default: 0))
    }
    add("diagonal") {
      try $0.tensor(0).diagonal(
        offset: $0.int(1, "offset", default: 0), dim1: $0.int(2, "dim1", default: 0),
        dim2: $0.int(3, "dim2", default: 1))
    }
    add("linalg.diagonal") {
      try $0.tensor(0).diagonal(
        offset: $0.int(nil, "offset", default: 0), dim1: $0.int(nil, "dim1", default: -2),
        dim2: $0.int(nil, "dim2", default: -1))
    }
    add("unfold") {
      try $0.tensor(0).unfold(
        $0.int(1, "dimension"), size: $0.int(2, "size"), step: $0.int(3, "step"))
    }
    add("as_strided") {
      try $0.tensor(0).asStrided(
        $0.ints(1, "size"), strides: $0.ints(2, "stride"),
        offset: $0[3, "storage_offset"]?.int())
    }
    add("cat") { try cat($0.tensors(0), dim: $0.int(1, "dim", default: 0)) }
    add("stack") { try stack($0.tensors(0), dim: $0.int(1, "dim", default: 0)) }
  }
}
