extension Dims {
  /// Element i is element `order[i]` of these.
  func permuted(_ order: Dims) -> Dims {
    var result = order
    for i in 0..<order.rank { result[i] = self[order[i]] }
    return result
  }

  /// The order that undoes this one.
  var inverseOrder: Dims {
    var inverse = self
    for i in 0..<rank { inverse[self[i]] = i }
    return inverse
  }

  /// Positions of these, the greatest first; equal ones stay in order.
  var descendingOrder: Dims {
    var order = self
    for i in 0..<rank {
      var place = i
      while place > 0, self[order[place - 1]] < self[i] {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = i
    }
    return order
  }
}
