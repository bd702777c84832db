import Martlet

extension ModuleTable {
  /// Flattening, patches, shuffling and resizing.
  mutating func addShapes() {
    add(
      "nn.Flatten",
      layer: {
        try Flatten($0.int(0, "start_dim", default: 1), $0.int(1, "end_dim", default: -1))
      })
    add(
      "nn.Unflatten",
      layer: { try Unflatten($0.int(0, "dim"), $0.ints(1, "unflattened_size")) })
    add(
      "nn.Unfold",
      layer: {
        try Unfold(
          $0.ints(0, "kernel_size"), dilation: $0[1, "dilation"]?.ints() ?? [1],
          padding: $0[2, "padding"]?.ints() ?? [0], stride: $0[3, "stride"]?.ints() ?? [1])
      })
    add(
      "nn.Fold",
      layer: {
        try Fold(
          $0.ints(0, "output_size"), $0.ints(1, "kernel_size"),
          dilation: $0[2, "dilation"]?.ints() ?? [1], padding: $0[3, "padding"]?.ints() ?? [0],
          stride: $0[4, "stride"]?.ints() ?? [1])
      })
    add("nn.PixelShuffle", layer: { try PixelShuffle($0.int(0, "upscale_factor")) })
    add("nn.PixelUnshuffle", layer: { try PixelUnshuffle($0.int(0, "downscale_factor")) })
    add("nn.ChannelShuffle", layer: { try ChannelShuffle($0.int(0, "groups")) })
    add(
      "nn.Upsample",
      layer: {
        try Upsample(
          size: $0[0, "size"]?.ints(), scaleFactor: $0[1, "scale_factor"]?.doubles(),
          mode: $0.choice(
            2, "mode", default: .nearest,
            [
              "nearest": InterpolationMode.nearest, "nearest-exact": .nearestExact,
              "linear": .linear, "bilinear": .bilinear, "trilinear": .trilinear, "bicubic": .cubic,
              "area": .area,
            ]), alignCorners: $0.bool(3, "align_corners"),
          recomputeScaleFactor: $0.bool(4, "recompute_scale_factor"))
      })
    add(
      "nn.UpsamplingNearest2d",
      layer: {
        try UpsamplingNearest2d(
          size: $0[0, "size"]?.ints(), scaleFactor: $0[1, "scale_factor"]?.doubles())
      })
    add(
      "nn.UpsamplingBilinear2d",
      layer: {
        try UpsamplingBilinear2d(
          size: $0[0, "size"]?.ints(), scaleFactor: $0[1, "scale_factor"]?.doubles())
      })
  }

  /// Padding.
  mutating func addPadding() {
    addPadding(of: Spatial1.self)
    addPadding(of: Spatial2.self)
    addPadding(of: Spatial3.self)
  }

  private mutating func addPadding<Rank: SpatialRank>(of rank: Rank.Type) {
    let suffix = "\(Rank.rank)d"
    add("nn.ReflectionPad\(suffix)", layer: { try ReflectionPad<Rank>($0.ints(0, "padding")) })
    add("nn.ReplicationPad\(suffix)", layer: { try ReplicationPad<Rank>($0.ints(0, "padding")) })
    add("nn.CircularPad\(suffix)", layer: { try CircularPad<Rank>($0.ints(0, "padding")) })
    add("nn.ZeroPad\(suffix)", layer: { try ZeroPad<Rank>($0.ints(0, "padding")) })
    add(
      "nn.ConstantPad\(suffix)",
      layer: { try ConstantPad<Rank>($0.ints(0, "padding"), value: $0.double(1, "value")) })
  }
}
