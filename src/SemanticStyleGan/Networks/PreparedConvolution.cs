using SemanticStyleGan.Kernels;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>A <see cref="StyledConvolution"/> for synthesis: its weight is scaled, demodulated and packed once.</summary>
internal sealed class PreparedConvolution : IDisposable
{
    // Upsampling smaller maps the plain way is as fast, and the weights take a quarter of the memory.
    private const int LargestPlainInput = 16;

    private readonly Tensor kernel;      // [out, in, 3, 3] or [in, out, 3, 3], or as the kernels read it
    private readonly Tensor? outerTaps;  // of the transposed convolution, as its kernel reads them
    private readonly Tensor bias;        // [out]
    private readonly Tensor storedNoise; // [1, 1, H, W]
    private readonly double noiseStrength;
    private readonly bool upsampling;
    private readonly bool fits;

    internal PreparedConvolution(StyledConvolution source)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (Tensor weight, Tensor shift, Tensor strength, Tensor noise) = source.Constants();
        upsampling = source.Upsampling;
        fits = RenderKernels.Fit(weight.shape[1], weight.shape[0], upsampling ? source.Size / 2 : source.Size, weight.device);
        kernel = (fits, upsampling) switch
        {
            (true, true) when source.Size / 2 <= LargestPlainInput => RenderKernels.Taps(weight),
            (true, true) => WinogradWeights.OfUpsampling(weight),
            (true, false) => WinogradWeights.Of(weight),
            _ => ChannelsLast.Of(upsampling ? weight.transpose(0, 1) : weight),
        };
        if (fits && upsampling && source.Size / 2 > LargestPlainInput) outerTaps = RenderKernels.OuterTaps(weight).DetachFromDisposeScope();
        bias = shift;
        noiseStrength = strength.item<float>();
        storedNoise = noise * Constant(noiseStrength);
        foreach (Tensor constant in (Tensor[])[kernel, bias, storedNoise]) constant.DetachFromDisposeScope();
    }

    /// <summary>As <see cref="StyledConvolution.Forward"/>.</summary>
    internal Tensor Forward(Tensor x, Tensor? noise)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scaledNoise = noise is null ? storedNoise : (noise * Constant(noiseStrength)).contiguous();
        if (fits && upsampling)
        {
            Tensor larger = outerTaps is null ? RenderKernels.Upsample(x, kernel) : RenderKernels.Upsample(x, kernel, outerTaps);
            return RenderKernels.Filter(larger, bias, scaledNoise).MoveToOuterDisposeScope();
        }
        if (fits) return RenderKernels.Convolve(x, kernel, bias, scaledNoise).MoveToOuterDisposeScope();
        x = upsampling ? Blur.Filter(F.conv_transpose2d(x, kernel, strides: [2, 2]), padding: 1, gain: 4) : F.conv2d(x, kernel, padding: [1, 1]);
        return Activation.LeakyInPlace(x.add_(scaledNoise.Plus(bias.view(1, -1, 1, 1)), Constant(1))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        kernel.Dispose();
        outerTaps?.Dispose();
        bias.Dispose();
        storedNoise.Dispose();
    }
}
