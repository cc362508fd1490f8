using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A 3×3 convolution of the render net: learned scale per input channel, demodulation over input channels and taps, then
/// noise, bias and activation; optionally upsampling by a transposed convolution with stride 2 and a blur.
/// </summary>
public sealed class StyledConvolution : nn.Module
{
    private readonly Parameter weight;        // [out, in, 3, 3]
    private readonly Parameter scale;         // [in]
    [ComponentName(Name = "noise_strength")]
    private readonly Parameter noiseStrength; // [1]
    private readonly Parameter bias;          // [out]
    [ComponentName(Name = "noise")]
    private readonly Tensor storedNoise;      // [1, 1, H, W]

    internal StyledConvolution(int input, int output, int size, bool upsampling, Initializer initializer) : base(nameof(StyledConvolution))
    {
        Upsampling = upsampling;
        Size = size;
        weight = initializer.Normal(output, input, 3, 3);
        scale = initializer.Constant(1, input);
        noiseStrength = initializer.Constant(0, 1);
        bias = initializer.Constant(0, output);
        storedNoise = initializer.NormalBuffer(1, 1, size, size);
        RegisterComponents();
    }

    /// <summary>Whether the output has twice the input's size.</summary>
    internal bool Upsampling { get; }

    /// <summary>Width and height of the output.</summary>
    internal int Size { get; }

    /// <summary>Takes a map <c>[1, 1, size, size]</c> in place of the stored one.</summary>
    internal void StoreNoise(Tensor map)
    {
        using IDisposable _ = no_grad();
        storedNoise.copy_(map);
    }

    /// <summary>
    /// Runs on <c>[N, in, H, W]</c>; <paramref name="noise"/> <c>[N or 1, 1, size, size]</c>, the stored buffer where null; the activation through
    /// <paramref name="gates"/> where there are any, and without noise and bias where they are held.
    /// </summary>
    internal Tensor Forward(Tensor x, Tensor? noise, Gates? gates = null)
    {
        using DisposeScope scope = NewDisposeScope();
        x = Convolve(x, Kernel(), Upsampling);
        if (gates is not { Held: true }) x = x.add_(Shift(noise ?? storedNoise, noiseStrength, bias), Constant(1));
        return Activation.LeakyInPlace(x, gates).MoveToOuterDisposeScope();
    }

    /// <summary>The convolution of <c>[N, in, H, W]</c> with a kernel <c>[out, in, 3, 3]</c>.</summary>
    internal static Tensor Convolve(Tensor x, Tensor kernel, bool upsampling) => upsampling
        ? Blur.Filter(ConvolutionFunction.Double(x, kernel.transpose(0, 1)), padding: 1, gain: 4)
        : ConvolutionFunction.Convolve(x, kernel);

    /// <summary>What is added before the activation, whose gain is folded into noise and bias.</summary>
    internal static Tensor Shift(Tensor noise, Tensor strength, Tensor bias) => (noise * (strength * Constant(Activation.Gain))).Plus((bias * Constant(Activation.Gain)).view(1, -1, 1, 1));

    /// <summary>What does not depend on the input, with the activation's gain: kernel <c>[out, in, 3, 3]</c>, bias <c>[out]</c>, noise strength <c>[1]</c>, and the stored noise.</summary>
    internal (Tensor Kernel, Tensor Bias, Tensor NoiseStrength, Tensor Noise) Constants() => (Kernel(), bias * Constant(Activation.Gain), noiseStrength * Constant(Activation.Gain), storedNoise);

    private Tensor Kernel()
    {
        double fanIn = weight.shape[1] * 9;
        Tensor scaled = weight * (scale * Constant(1 / Math.Sqrt(fanIn))).view(1, -1, 1, 1);
        return scaled * ((scaled.pow(Constant(2)).sum([1, 2, 3], keepdim: true) + Constant(1e-8)).rsqrt() * Constant(Activation.Gain));
    }
}
