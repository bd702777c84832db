import CKernels
import Testing

@testable import Martlet

/// Every reduction and scan, over single dimensions, several and all.
@Suite struct ReductionGradientTests {
  static let reductions: [mk_reduce_op] = [
    .sum, .prod, .max, .min, .any, .all, .argmax, .argmin, .sumSquares, .sumAbsolute,
  ]

  /// Where it is smooth; nil if its result is not floating point.
  static func domain(_ op: mk_reduce_op) -> [ClosedRange<Double>]? {
    switch op {
    case .sum, .max, .min, .sumSquares: anywhere
    case .prod, .sumAbsolute: awayFromZero
    case .any, .all, .argmax, .argmin: nil
    }
  }

  @Test(arguments: reductions.indices) func reduction(_ number: Int) throws {
    let op = Self.reductions[number]
    guard let domain = Self.domain(op) else {
      let x = Tensor.ones([2], requiresGrad: true)
      #expect(try !Reduce(op, x, DimSet(0), keepDim: false)(x).requiresGrad)
      return
    }
    let x = try numbers(domain, [2, 3, 2])
    for dims in [[0], [1], [2], [0, 2], [0, 1, 2]] {
      for keepDim in [false, true] {
        expectGradients("\(op.rawValue) over \(dims)", [x]) {
          try Reduce(op, $0[0], normalize(dims, 3, ""), keepDim: keepDim)($0[0])
        }
        expectGradients("\(op.rawValue) over \(dims) of a permuted one", [x]) {
          let y = try $0[0].permute(2, 0, 1)
          return try Reduce(op, y, normalize(dims, 3, ""), keepDim: keepDim)(y)
        }
      }
    }
    expectGradients("\(op.rawValue), 0-d", [try numbers(domain, [])]) {
      try Reduce(op, $0[0], DimSet(), keepDim: false)($0[0])
    }
    expectGradients("\(op.rawValue), empty", [try numbers(domain, [0, 3])]) {
      try Reduce(op, $0[0], DimSet(1), keepDim: false)($0[0])
    }
  }

  @Test func composed() throws {
    let x = try numbers(awayFromZero, [3, 4])
    expectGradients("mean", [x]) { try $0[0].mean(0) }
    expectGradients("var", [x]) { try $0[0].var(1) }
    expectGradients("std", [x]) { try $0[0].std(0, keepDim: true) }
    expectGradients("logSumExp", [x]) { try $0[0].logSumExp(1) }
    expectGradients("max", [x]) { try $0[0].max(dim: 1).values }
    expectGradients("min", [x]) { try $0[0].min(dim: 0, keepDim: true).values }
    expectGradients("sort", [x]) { try $0[0].sort(0).values }
    expectGradients("topk", [x]) { try $0[0].topk(2).values }
    expectGradients("cummax", [x]) { try $0[0].cummax(1).values }
    expectGradients("cummin", [x]) { try $0[0].cummin(0).values }
  }

  @Test func extremesShare() throws {
    let x = try Tensor([[2.0, 5.0, 5.0], [1.0, 1.0, 1.0]], requiresGrad: true)
    try x.amax(1).sum().backward()
    let third = Float(1) / 3
    #expect(try #require(x.grad).array(of: Float.self) == [0, 0.5, 0.5, third, third, third])
    x.grad = nil
    try x.max(dim: 1).values.sum().backward()
    #expect(try #require(x.grad).array(of: Float.self) == [0, 1, 0, 1, 0, 0])
  }

  static let scans: [mk_scan_op] = [.sum, .prod, .max, .min, .logSumExp]

  static func scan(_ op: mk_scan_op, _ x: Tensor, _ dim: Int) throws -> Tensor {
    switch op {
    case .sum: try x.cumsum(dim)
    case .prod: try x.cumprod(dim)
    case .max: try x.cummax(dim).values
    case .min: try x.cummin(dim).values
    case .logSumExp: try x.logCumsumExp(dim)
    }
  }

  @Test(arguments: scans.indices) func scan(_ number: Int) throws {
    let op = Self.scans[number]
    for dim in 0..<2 {
      for operand in Operand.all where operand.shape.count > 0 {
        expectGradients(
          "scan \(op.rawValue) along \(dim), \(operand.name)",
          [try numbers(awayFromZero, operand.shape)],
          // Elements of an expanded one are equal, and extremes of equal elements have no
          // derivative.
          twice: true
        ) { try Self.scan(op, operand.name == "expanded" ? $0[0] : operand.arrange($0[0]), dim) }
      }
    }
    expectGradients("scan \(op.rawValue), 0-d", [try numbers(awayFromZero, [])]) {
      try Self.scan(op, $0[0], 0)
    }
  }

  /// Where factors are zero, quotients of products would be NaN.
  @Test func productsWithZeros() throws {
    for values in [[2.0, 0, 3, 4], [0, 2, 0, 3], [0, 0, 0, 0], [1, 2, 3, 0]] {
      let x = try Tensor(values, dtype: .float64)
      expectGradients("prod of \(values)", [x]) { try $0[0].prod() }
      expectGradients("cumprod of \(values)", [x]) { try $0[0].cumprod(0) }
    }
    let x = try Tensor([[2.0, 0, 3], [0, 0, 5]], dtype: .float64)
    expectGradients("prod along 0", [x]) { try $0[0].prod(0) }
    expectGradients("prod along 1", [x]) { try $0[0].prod(1, keepDim: true) }
  }
}
