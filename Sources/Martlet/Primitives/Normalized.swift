/// The derivative of a normalisation in tensor operations: what x receives where `g` is the
/// gradient of the normalised elements, and these themselves.
///
/// - Parameters:
///   - dims: What mean and variance are over; with `rms` the mean is left out.
func normalizedGradient(_ g: Tensor, _ x: Tensor, over dims: [Int], eps: Double, rms: Bool = false)
  throws -> (dx: Tensor, normal: Tensor)
{
  let centered = rms ? x : try x - x.mean(dims, keepDim: true)
  let scale = try (centered.square().mean(dims, keepDim: true) + eps).rsqrt()
  let normal = try centered * scale
  let rest = rms ? g : try g - g.mean(dims, keepDim: true)
  return (try (rest - normal * (g * normal).mean(dims, keepDim: true)) * scale, normal)
}
