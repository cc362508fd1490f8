using SemanticStyleGan.Data;

namespace SemanticStyleGan.Synthesis;

/// <summary>A synthesised image with its mask, off the device and in 8 bits.</summary>
/// <param name="Image">The image.</param>
/// <param name="Labels">The class of every pixel.</param>
public sealed record Picture(RgbImage Image, LabelMap Labels);
