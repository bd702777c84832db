import Testing

@testable import Martlet

/// Windows: symmetry, periods, and what they refuse.
@Suite struct SignalWindowTests {
  static let windows: [@Sendable (Int, Bool) throws -> Tensor] = [
    { try SignalWindow.bartlett($0, symmetric: $1, dtype: .float64) },
    { try SignalWindow.blackman($0, symmetric: $1, dtype: .float64) },
    { try SignalWindow.cosine($0, symmetric: $1, dtype: .float64) },
    { try SignalWindow.exponential($0, tau: 3, symmetric: $1, dtype: .float64) },
    { try SignalWindow.gaussian($0, std: 3, symmetric: $1, dtype: .float64) },
    { try SignalWindow.generalCosine($0, [0.4, 0.3, 0.3], symmetric: $1, dtype: .float64) },
    { try SignalWindow.generalHamming($0, alpha: 0.7, symmetric: $1, dtype: .float64) },
    { try SignalWindow.hamming($0, symmetric: $1, dtype: .float64) },
    { try SignalWindow.hann($0, symmetric: $1, dtype: .float64) },
    { try SignalWindow.kaiser($0, beta: 14, symmetric: $1, dtype: .float64) },
    { try SignalWindow.nuttall($0, symmetric: $1, dtype: .float64) },
  ]

  @Test(arguments: windows.indices) func symmetryAndPeriods(_ number: Int) throws {
    let window = Self.windows[number]
    for size in [0, 1, 2, 3, 8, 9, 64] {
      let symmetric = try window(size, true)
      #expect(symmetric.shape == [size])
      if size == 0 { continue }
      #expect(try (symmetric - symmetric.flip(0)).abs().amax().item() < 1e-14)
      #expect(try symmetric.amax().item() <= 1 + 1e-14)
      // A period is the symmetric window of one more without its end.
      if size == 1 { continue }
      let longer = try window(size + 1, true).narrow(0, start: 0, length: size)
      #expect(try (window(size, false) - longer).abs().amax().item() < 1e-14)
    }
  }

  @Test func greatBetaDoesNotOverflow() throws {
    let window = try SignalWindow.kaiser(9, beta: 5000)
    #expect(try window.array(of: Float.self)[4] == 1 && window.isFinite().all().item(Bool.self))
  }

  @Test func errors() {
    #expect(errorText { try SignalWindow.hann(-1) } == "hann: the size is -1, negative")
    #expect(
      errorText { try SignalWindow.hann(3, dtype: .float16) }
        == "hann: windows are of float32 or float64 (got float16)")
    #expect(
      errorText { try SignalWindow.generalCosine(3, []) }
        == "generalCosine: there are no coefficients")
    #expect(
      errorText { try SignalWindow.exponential(3, tau: 0) }
        == "exponential: tau is 0.0, not positive")
    #expect(
      errorText { try SignalWindow.exponential(3, center: 1) }
        == "exponential: a symmetric window has its center in the middle")
    #expect(
      errorText { try SignalWindow.gaussian(3, std: -1) }
        == "gaussian: the standard deviation is -1.0, not positive")
    #expect(errorText { try SignalWindow.kaiser(3, beta: -1) } == "kaiser: beta is -1.0, negative")
  }
}
