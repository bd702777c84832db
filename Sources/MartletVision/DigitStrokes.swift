import Glibc

/// How digits are drawn: strokes in a box from (0, 0) at the top left to (1, 1).
enum DigitStrokes {
  typealias Point = SIMD2<Float>

  /// The ways of writing each digit, each a list of polylines.
  static let shapes: [[[[Point]]]] = [
    [[arc(0.5, 0.5, 0.30, 0.42, -90, 270)]],
    [
      [[Point(0.5, 0.08), Point(0.5, 0.92)]],
      [[Point(0.34, 0.24), Point(0.53, 0.08), Point(0.53, 0.92)]],
      [
        [Point(0.34, 0.24), Point(0.53, 0.08), Point(0.53, 0.92)],
        [Point(0.32, 0.92), Point(0.74, 0.92)],
      ],
    ],
    [
      [arc(0.5, 0.31, 0.26, 0.23, -165, 40) + [Point(0.24, 0.91), Point(0.79, 0.90)]],
      [
        arc(0.48, 0.30, 0.25, 0.22, -160, 50) + arc(0.34, 0.82, 0.10, 0.09, -30, -270)
          + [Point(0.82, 0.90)]
      ],
    ],
    [
      [arc(0.47, 0.29, 0.25, 0.21, -150, 90) + arc(0.47, 0.71, 0.29, 0.21, -90, 150)],
      [
        [Point(0.24, 0.10), Point(0.74, 0.10), Point(0.46, 0.43)]
          + arc(0.46, 0.68, 0.29, 0.24, -85, 150)
      ],
    ],
    [
      [
        [Point(0.60, 0.08), Point(0.20, 0.64), Point(0.83, 0.64)],
        [Point(0.64, 0.36), Point(0.62, 0.93)],
      ],
      [
        [Point(0.27, 0.10), Point(0.24, 0.53), Point(0.74, 0.53)],
        [Point(0.75, 0.08), Point(0.70, 0.93)],
      ],
    ],
    [
      [
        [Point(0.76, 0.09), Point(0.34, 0.10), Point(0.30, 0.45)]
          + arc(0.47, 0.67, 0.28, 0.24, -125, 140)
      ]
    ],
    [
      [arc(0.78, 0.62, 0.52, 0.56, 255, 180) + arc(0.50, 0.69, 0.24, 0.22, 180, -180)],
      [[Point(0.50, 0.07), Point(0.30, 0.55)] + arc(0.50, 0.69, 0.23, 0.21, 200, -150)],
    ],
    [
      [[Point(0.22, 0.12), Point(0.78, 0.11), Point(0.42, 0.93)]],
      [
        [Point(0.22, 0.12), Point(0.78, 0.11), Point(0.42, 0.93)],
        [Point(0.36, 0.52), Point(0.76, 0.50)],
      ],
    ],
    [
      [arc(0.5, 0.29, 0.22, 0.20, 90, 450), arc(0.5, 0.70, 0.26, 0.22, -90, 270)],
      [
        [Point(0.72, 0.16)] + arc(0.49, 0.27, 0.21, 0.18, -50, -230)
          + arc(0.49, 0.71, 0.24, 0.20, -50, 230)
          + [Point(0.72, 0.16)]
      ],
    ],
    [
      [arc(0.49, 0.31, 0.24, 0.22, 0, -360) + [Point(0.70, 0.92)]],
      [arc(0.49, 0.31, 0.24, 0.22, 0, -360) + arc(0.22, 0.42, 0.51, 0.50, 0, 75)],
    ],
  ]

  /// Points on an ellipse; angles in degrees, clockwise from the right, as y points down.
  private static func arc(
    _ x: Float, _ y: Float, _ radiusX: Float, _ radiusY: Float, _ start: Float, _ end: Float
  ) -> [Point] {
    let steps = max(Int(abs(end - start) / 20), 2)
    return (0...steps).map { step in
      let angle = (start + (end - start) * Float(step) / Float(steps)) * .pi / 180
      return Point(x + radiusX * cosf(angle), y + radiusY * sinf(angle))
    }
  }
}
