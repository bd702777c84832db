/// The windows of an image as columns: x `[N, C, H, W]` or `[C, H, W]`, result `[N, C KH KW,
/// windows]`.
///
///     let patches = Unfold(3, padding: 1)
public final class Unfold: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `unfold`.
  ///
  /// - Parameters:
  ///   - kernelSize: The size of a window.
  ///   - dilation: How far the elements of a window are apart.
  ///   - padding: How many zeros there are on both sides.
  ///   - stride: How far windows are apart.
  public init(
    _ kernelSize: any SpatialConvertible, dilation: any SpatialConvertible = 1,
    padding: any SpatialConvertible = 0, stride: any SpatialConvertible = 1
  ) {
    super.init(windows(kernelSize, dilation, padding, stride)) {
      try unfold(
        $0, kernelSize: kernelSize, dilation: dilation, padding: padding, stride: stride)
    }
  }
}

/// The reverse of `Unfold`: columns `[N, C KH KW, windows]` or `[C KH KW, windows]` put back into
/// images of `outputSize`, where overlapping elements are added.
///
///     let sums = Fold([28, 28], 3, padding: 1)
public final class Fold: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `fold`.
  ///
  /// - Parameters:
  ///   - outputSize: The height and width of images.
  ///   - kernelSize: The size of a window.
  ///   - dilation: How far the elements of a window are apart.
  ///   - padding: How many zeros there were on both sides.
  ///   - stride: How far windows are apart.
  public init(
    _ outputSize: any SpatialConvertible, _ kernelSize: any SpatialConvertible,
    dilation: any SpatialConvertible = 1, padding: any SpatialConvertible = 0,
    stride: any SpatialConvertible = 1
  ) {
    let size = "output_size=\(outputSize.spatial.numberOrTuple), "
    super.init(size + windows(kernelSize, dilation, padding, stride)) {
      try fold(
        $0, outputSize: outputSize, kernelSize: kernelSize, dilation: dilation, padding: padding,
        stride: stride)
    }
  }
}

private func windows(
  _ kernelSize: any SpatialConvertible, _ dilation: any SpatialConvertible,
  _ padding: any SpatialConvertible, _ stride: any SpatialConvertible
) -> String {
  "kernel_size=\(kernelSize.spatial.numberOrTuple), dilation=\(dilation.spatial.numberOrTuple)"
    + ", padding=\(padding.spatial.numberOrTuple), stride=\(stride.spatial.numberOrTuple)"
}
