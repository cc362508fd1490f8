namespace SemanticStyleGan.Kernels;

/// <summary>What follows a convolution of the render net in the same pass: leaky_relu(x + bias + noise, 0.2).</summary>
/// <param name="Bias">The address of a number for each channel.</param>
/// <param name="Noise">The address of a number for each pixel, <c>[N or 1, H, W]</c>.</param>
/// <param name="NoiseImages">1 where all images share the noise, or N.</param>
internal readonly unsafe record struct PixelEpilogue(nint Bias, nint Noise, int NoiseImages)
{
    /// <summary>The noise of a row of pixels.</summary>
    internal float* NoiseRow(PixelMap map, int image, int y) => (float*)Noise + ((nint)(image % NoiseImages) * map.Height + y) * map.Width;
}
