/// What `pad` puts beyond the edges.
public enum PaddingMode: Sendable {
  /// One value everywhere.
  case constant
  /// The elements mirrored at the edge, which itself is not repeated.
  case reflect
  /// The edge's element.
  case replicate
  /// The elements of the opposite edge.
  case circular
}

/// A tensor with more elements at the edges of its last dimensions, or fewer where an amount is
/// negative.
///
///     let framed = try pad(images, [2, 2, 2, 2], mode: .reflect)
///
/// - Parameters:
///   - x: Any tensor.
///   - padding: Amounts before and after, pairs from the last dimension on: `[left, right, top,
///     bottom, ...]`. Modes other than `.constant` take them for all dimensions but the channels
///     and, if there is one, the batch.
///   - mode: What the new elements are.
///   - value: What `.constant` puts there.
/// - Throws: `TensorError.argument` for amounts that do not fit the tensor.
public func pad(
  _ x: Tensor, _ padding: [Int], mode: PaddingMode = .constant, value: Double = 0
) throws -> Tensor {
  let pairs = padding.count / 2
  guard padding.count % 2 == 0, pairs <= x.rank else {
    throw TensorError.argument(
      operation: "pad", reason: "amounts \(padding) for a tensor of \(x.rank) dimensions")
  }
  if mode != .constant {
    guard pairs >= 1, pairs <= 3, x.rank == pairs + 1 || x.rank == pairs + 2 else {
      throw TensorError.argument(
        operation: "pad",
        reason: "amounts \(padding) do not cover the spatial dimensions of \(x.shape)")
    }
    for i in 1..<x.rank where x.sizes[i] == 0 {
      throw TensorError.shape(
        operation: "pad", shapes: [x.shape], reason: "only the batch may be empty")
    }
  }
  var result = x
  var sizes = x.shape
  var edges = EdgePad(
    before: Dims(repeating: 0, rank: x.rank), after: Dims(repeating: 0, rank: x.rank), mode: mode)
  for k in 0..<pairs {
    let dim = x.rank - 1 - k
    let (before, after) = (padding[2 * k], padding[2 * k + 1])
    let size = sizes[dim]
    let (partial, overflow) = size.addingReportingOverflow(before)
    let (length, carry) = partial.addingReportingOverflow(after)
    let least = mode == .constant ? 0 : 1
    guard !overflow, !carry, length >= least, before >= -size, after >= -size else {
      throw TensorError.argument(
        operation: "pad", reason: "\(before) and \(after) elements added to \(size)")
    }
    sizes[dim] = length
    _ = try checkedSizes(sizes, "pad")
    if before == 0 && after == 0 { continue }
    if mode == .constant {
      if before < 0 || after < 0 {
        let start = max(-before, 0)
        result = try result.narrow(dim, start: start, length: size - start - max(-after, 0))
      }
    } else {
      try checkEdges(mode, size, before, after)
      if before < 0 || after < 0 {
        result = try result.indexSelect(dim, edgePositions(mode, size, before, after))
      } else {
        edges.before[dim] = before
        edges.after[dim] = after
      }
    }
  }
  if mode != .constant { return edges.isEmpty ? result : try edges(result) }
  return try embedded(result, in: sizes, padding, value)
}

/// The elements between constant ones.
private func embedded(_ x: Tensor, in shape: [Int], _ padding: [Int], _ value: Double) throws
  -> Tensor
{
  let target = try checkedSizes(shape, "pad")
  if x.sizes == target { return try x.clone() }
  let strides = target.rowMajorStrides
  var offset = 0
  for k in 0..<padding.count / 2 {
    offset += max(padding[2 * k], 0) * strides[x.rank - 1 - k]
  }
  let selection = Selection(
    source: target, sizes: x.sizes, strides: strides, offset: x.count == 0 ? 0 : offset)
  return try Embed(selection: selection, value: Scalar(value, fitting: x.dtype))(x)
}

/// What the modes other than `.constant` can add to a dimension.
private func checkEdges(_ mode: PaddingMode, _ size: Int, _ before: Int, _ after: Int) throws {
  if mode == .replicate { return }
  let limit = mode == .reflect ? size - 1 : size
  guard before <= limit && after <= limit else {
    throw TensorError.argument(
      operation: "pad",
      reason: "\(before) and \(after) elements are more than the \(limit) that \(size) can give")
  }
}

/// Where each element of a dimension comes from that is cut at one side.
private func edgePositions(_ mode: PaddingMode, _ size: Int, _ before: Int, _ after: Int) throws
  -> Tensor
{
  if mode == .replicate {
    // A tensor from the start, as amounts have no limit here.
    return try Tensor.arange(-before, size + after).clamp(min: 0, max: size - 1)
  }
  // What is cut off first is not repeated either.
  let start = max(-before, 0)
  let kept = size - start - max(-after, 0)
  guard kept > 0 || mode != .circular else {
    throw TensorError.argument(
      operation: "pad", reason: "\(before) and \(after) elements leave nothing of \(size)")
  }
  let list = (-before..<size + after).map { position in
    mode == .reflect
      ? position < 0 ? -position : position >= size ? 2 * (size - 1) - position : position
      : start + ((position - start) % kept + kept) % kept
  }
  return try Tensor(list, shape: [list.count])
}
