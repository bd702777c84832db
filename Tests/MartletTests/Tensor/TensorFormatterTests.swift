import Testing

@testable import Martlet

/// Texts taken from PyTorch's `repr`, with its dtype names shortened to ours.
@Suite struct TensorFormatterTests {
  struct Case: Sendable, CustomTestStringConvertible {
    enum Kind: Sendable { case floating, integer, boolean }

    let testDescription: String
    let shape: [Int]
    let dtype: String
    let kind: Kind
    let values: [Double]
    let suffixes: [String]
    let expected: String

    init(
      _ name: String, _ shape: [Int], _ dtype: String, _ kind: Kind, _ values: [Double],
      suffixes: [String] = [], _ expected: String
    ) {
      testDescription = name
      self.shape = shape
      self.dtype = dtype
      self.kind = kind
      self.values = values
      self.suffixes = suffixes
      self.expected = expected
    }
  }

  @Test(arguments: cases) func matchesPyTorch(_ example: Case) {
    let formatter = TensorFormatter(
      shape: example.shape, dtype: example.dtype, suffixes: example.suffixes)
    let elements: TensorFormatter.Elements =
      switch example.kind {
      case .floating: .floating { example.values[$0] }
      case .integer: .integer { Int64(example.values[$0]) }
      case .boolean: .boolean { example.values[$0] != 0 }
      }
    #expect(formatter.format(elements) == example.expected)
  }

  @Test func readsOnlyWhatIsShown() {
    var reads = 0
    let formatter = TensorFormatter(shape: [1_000_000, 1_000_000], dtype: "int64")
    _ = formatter.format(
      .integer { _ in
        reads += 1
        return 0
      })
    #expect(reads == 36)
  }

  @Test func showsIntegerExtremes() {
    let formatter = TensorFormatter(shape: [2], dtype: "int64")
    #expect(
      formatter.format(.integer { $0 == 0 ? .min : .max })
        == "tensor([-9223372036854775808,  9223372036854775807])")
  }

  @Test func honoursOptions() {
    var formatter = TensorFormatter(shape: [6], dtype: "float32")
    formatter.options.precision = 2
    formatter.options.threshold = 5
    formatter.options.edgeItems = 1
    formatter.options.scientific = true
    #expect(
      formatter.format(.floating { Double($0) + 1 }) == "tensor([1.00e+00,  ..., 6.00e+00])")
  }

  static let cases: [Case] = [
    Case(
      "scalar", [], "float32", .floating,
      [3.25],
      """
      tensor(3.2500)
      """),
    Case(
      "whole scalar", [], "float32", .floating,
      [3.0],
      """
      tensor(3.)
      """),
    Case(
      "negative zero alone", [], "float32", .floating,
      [-0.0],
      """
      tensor(-0.)
      """),
    Case(
      "integer scalar", [], "int64", .integer,
      [7],
      """
      tensor(7)
      """),
    Case(
      "bool scalar", [], "bool", .boolean,
      [1],
      """
      tensor(True)
      """),
    Case(
      "NaN alone", [], "float32", .floating,
      [.nan],
      """
      tensor(nan)
      """),
    Case(
      "whole floats", [3], "float32", .floating,
      [1.0, -2.0, 300.0],
      """
      tensor([  1.,  -2., 300.])
      """),
    Case(
      "zeros do not widen the column", [2, 3], "float32", .floating,
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      """
      tensor([[0., 0., 0.],
              [0., 0., 0.]])
      """),
    Case(
      "exact binary value decides the rounding", [4], "float64", .floating,
      [0.00025, 0.03125, 0.09375, 1.0],
      """
      tensor([2.5000e-04, 3.1250e-02, 9.3750e-02, 1.0000e+00], dtype=float64)
      """),
    Case(
      "mixed magnitudes", [3], "float32", .floating,
      [0.10000000149011612, 10.0, -99.0],
      """
      tensor([  0.1000,  10.0000, -99.0000])
      """),
    Case(
      "range above 1000 is scientific", [2], "float32", .floating,
      [0.009999999776482582, 11.0],
      """
      tensor([1.0000e-02, 1.1000e+01])
      """),
    Case(
      "range of exactly 1000 is not", [2], "float64", .floating,
      [0.01, 10.0],
      """
      tensor([ 0.0100, 10.0000], dtype=float64)
      """),
    Case(
      "above 1e8 is scientific", [2], "float64", .floating,
      [100000000.0, 100000001.0],
      """
      tensor([1.0000e+08, 1.0000e+08], dtype=float64)
      """),
    Case(
      "small is scientific", [1], "float32", .floating,
      [9.989999671233818e-05],
      """
      tensor([9.9900e-05])
      """),
    Case(
      "whole and scientific", [3], "float32", .floating,
      [1.0, 5000.0, 0.0],
      """
      tensor([1.0000e+00, 5.0000e+03, 0.0000e+00])
      """),
    Case(
      "three exponent digits", [2], "float64", .floating,
      [1e-300, -2.5e+200],
      """
      tensor([ 1.0000e-300, -2.5000e+200], dtype=float64)
      """),
    Case(
      "not finite among whole", [4], "float32", .floating,
      [1.0, .nan, -.infinity, .infinity],
      """
      tensor([1., nan, -inf, inf])
      """),
    Case(
      "not finite among fractions", [4], "float32", .floating,
      [1.5, .nan, -.infinity, .infinity],
      """
      tensor([1.5000,    nan,   -inf,    inf])
      """),
    Case(
      "not finite among scientific", [4], "float32", .floating,
      [1.0000000116860974e-07, .nan, -.infinity, 0.0],
      """
      tensor([1.0000e-07,        nan,       -inf, 0.0000e+00])
      """),
    Case(
      "zeros among NaN stay narrow", [3], "float32", .floating,
      [0.0, .nan, -0.0],
      """
      tensor([0., nan, -0.])
      """),
    Case(
      "integers align", [2, 2], "int64", .integer,
      [1, -20, 300, 4],
      """
      tensor([[  1, -20],
              [300,   4]])
      """),
    Case(
      "int32 is named", [2], "int32", .integer,
      [1, 2],
      """
      tensor([1, 2], dtype=int32)
      """),
    Case(
      "uint8 extremes", [2], "uint8", .integer,
      [0, 255],
      """
      tensor([  0, 255], dtype=uint8)
      """),
    Case(
      "large int64", [2], "int64", .integer,
      [-9_007_199_254_740_992, 9_007_199_254_740_992],
      """
      tensor([-9007199254740992,  9007199254740992])
      """),
    Case(
      "bools align", [2, 2], "bool", .boolean,
      [1, 0, 0, 1],
      """
      tensor([[ True, False],
              [False,  True]])
      """),
    Case(
      "float16 is named", [1], "float16", .floating,
      [0.0999755859375],
      """
      tensor([0.1000], dtype=float16)
      """),
    Case(
      "empty", [0], "float32", .floating,
      [],
      """
      tensor([])
      """),
    Case(
      "empty int64 is named", [0], "int64", .integer,
      [],
      """
      tensor([], dtype=int64)
      """),
    Case(
      "empty bool is named", [0], "bool", .boolean,
      [],
      """
      tensor([], dtype=bool)
      """),
    Case(
      "empty matrix shows its size", [0, 3], "float32", .floating,
      [],
      """
      tensor([], size=(0, 3))
      """),
    Case(
      "empty with dtype", [2, 0, 3], "float64", .floating,
      [],
      """
      tensor([], size=(2, 0, 3), dtype=float64)
      """),
    Case(
      "requires grad", [2], "float32", .floating,
      [1.0, 2.0],
      suffixes: ["requires_grad=True"],
      """
      tensor([1., 2.], requires_grad=True)
      """),
    Case(
      "gradient function", [2], "float32", .floating,
      [2.5, 3.0],
      suffixes: ["grad_fn=<AddBackward0>"],
      """
      tensor([2.5000, 3.0000], grad_fn=<AddBackward0>)
      """),
    Case(
      "row breaks", [30], "int64", .integer,
      (0..<30).map { Double($0) },
      """
      tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
              18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29])
      """),
    Case(
      "blank line between matrices", [2, 3, 2], "float32", .floating,
      (0..<12).map { Double($0) },
      """
      tensor([[[ 0.,  1.],
               [ 2.,  3.],
               [ 4.,  5.]],

              [[ 6.,  7.],
               [ 8.,  9.],
               [10., 11.]]])
      """),
    Case(
      "two blank lines between volumes", [2, 2, 2, 2], "int64", .integer,
      (0..<16).map { Double($0) },
      """
      tensor([[[[ 0,  1],
                [ 2,  3]],

               [[ 4,  5],
                [ 6,  7]]],


              [[[ 8,  9],
                [10, 11]],

               [[12, 13],
                [14, 15]]]])
      """),
    Case(
      "rows of a matrix break", [2, 20], "float32", .floating,
      (0..<40).map { Double($0) },
      """
      tensor([[ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,
               14., 15., 16., 17., 18., 19.],
              [20., 21., 22., 23., 24., 25., 26., 27., 28., 29., 30., 31., 32., 33.,
               34., 35., 36., 37., 38., 39.]])
      """),
    Case(
      "summarised row", [1001], "int64", .integer,
      (0..<1001).map { Double($0) },
      """
      tensor([   0,    1,    2,  ...,  998,  999, 1000])
      """),
    Case(
      "summarised rows only", [1000, 3], "int64", .integer,
      (0..<3000).map { Double($0) },
      """
      tensor([[   0,    1,    2],
              [   3,    4,    5],
              [   6,    7,    8],
              ...,
              [2991, 2992, 2993],
              [2994, 2995, 2996],
              [2997, 2998, 2999]])
      """),
    Case(
      "summarised matrix", [30, 40], "float32", .floating,
      (0..<1200).map { Double($0) },
      """
      tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 3.7000e+01, 3.8000e+01,
               3.9000e+01],
              [4.0000e+01, 4.1000e+01, 4.2000e+01,  ..., 7.7000e+01, 7.8000e+01,
               7.9000e+01],
              [8.0000e+01, 8.1000e+01, 8.2000e+01,  ..., 1.1700e+02, 1.1800e+02,
               1.1900e+02],
              ...,
              [1.0800e+03, 1.0810e+03, 1.0820e+03,  ..., 1.1170e+03, 1.1180e+03,
               1.1190e+03],
              [1.1200e+03, 1.1210e+03, 1.1220e+03,  ..., 1.1570e+03, 1.1580e+03,
               1.1590e+03],
              [1.1600e+03, 1.1610e+03, 1.1620e+03,  ..., 1.1970e+03, 1.1980e+03,
               1.1990e+03]])
      """),
    Case(
      "summarised volume", [2, 10, 100], "float32", .floating,
      (0..<2000).map { Double($0) },
      """
      tensor([[[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 9.7000e+01,
                9.8000e+01, 9.9000e+01],
               [1.0000e+02, 1.0100e+02, 1.0200e+02,  ..., 1.9700e+02,
                1.9800e+02, 1.9900e+02],
               [2.0000e+02, 2.0100e+02, 2.0200e+02,  ..., 2.9700e+02,
                2.9800e+02, 2.9900e+02],
               ...,
               [7.0000e+02, 7.0100e+02, 7.0200e+02,  ..., 7.9700e+02,
                7.9800e+02, 7.9900e+02],
               [8.0000e+02, 8.0100e+02, 8.0200e+02,  ..., 8.9700e+02,
                8.9800e+02, 8.9900e+02],
               [9.0000e+02, 9.0100e+02, 9.0200e+02,  ..., 9.9700e+02,
                9.9800e+02, 9.9900e+02]],

              [[1.0000e+03, 1.0010e+03, 1.0020e+03,  ..., 1.0970e+03,
                1.0980e+03, 1.0990e+03],
               [1.1000e+03, 1.1010e+03, 1.1020e+03,  ..., 1.1970e+03,
                1.1980e+03, 1.1990e+03],
               [1.2000e+03, 1.2010e+03, 1.2020e+03,  ..., 1.2970e+03,
                1.2980e+03, 1.2990e+03],
               ...,
               [1.7000e+03, 1.7010e+03, 1.7020e+03,  ..., 1.7970e+03,
                1.7980e+03, 1.7990e+03],
               [1.8000e+03, 1.8010e+03, 1.8020e+03,  ..., 1.8970e+03,
                1.8980e+03, 1.8990e+03],
               [1.9000e+03, 1.9010e+03, 1.9020e+03,  ..., 1.9970e+03,
                1.9980e+03, 1.9990e+03]]])
      """),
    Case(
      "column of a summarised volume", [1100, 1, 1], "float64", .floating,
      (0..<1100).map { Double($0) },
      """
      tensor([[[0.0000e+00]],

              [[1.0000e+00]],

              [[2.0000e+00]],

              ...,

              [[1.0970e+03]],

              [[1.0980e+03]],

              [[1.0990e+03]]], dtype=float64)
      """),
    Case(
      "two suffixes", [5], "float64", .floating,
      [0.125, 0.125, 0.125, 0.125, 0.125],
      suffixes: ["requires_grad=True"],
      """
      tensor([0.1250, 0.1250, 0.1250, 0.1250, 0.1250], dtype=float64,
             requires_grad=True)
      """),
    Case(
      "suffix wraps", [7], "float64", .floating,
      [-1e-09, -1e-09, -1e-09, -1e-09, -1e-09, -1e-09, -1e-09],
      suffixes: ["requires_grad=True"],
      """
      tensor([-1.0000e-09, -1.0000e-09, -1.0000e-09, -1.0000e-09, -1.0000e-09,
              -1.0000e-09, -1.0000e-09], dtype=float64, requires_grad=True)
      """),
  ]
}
