using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

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

    /// <summary>Runs on <c>[N, in, H, W]</c>; <paramref name="noise"/> <c>[N or 1, 1, size, size]</c>, the stored buffer where null.</summary>
    internal Tensor Forward(Tensor x, Tensor? noise)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kernel = Kernel();
        // The gain of the activation is folded into kernel, noise and bias.
        x = Upsampling
            ? Blur.Filter(F.conv_transpose2d(x, ChannelsLast.Of(kernel.transpose(0, 1)), strides: [2, 2]), padding: 1, gain: 4)
            : F.conv2d(x, ChannelsLast.Of(kernel), padding: [1, 1]);
        Tensor shift = (noise ?? storedNoise) * (noiseStrength * Activation.Gain) + (bias * Activation.Gain).view(1, -1, 1, 1);
        return Activation.LeakyInPlace(x.add_(shift)).MoveToOuterDisposeScope();
    }

    /// <summary>What does not depend on the input, with the activation's gain: kernel <c>[out, in, 3, 3]</c>, bias <c>[out]</c>, noise strength <c>[1]</c>, and the stored noise.</summary>
    internal (Tensor Kernel, Tensor Bias, Tensor NoiseStrength, Tensor Noise) Constants() => (Kernel(), bias * Activation.Gain, noiseStrength * Activation.Gain, storedNoise);

    private Tensor Kernel()
    {
        double fanIn = weight.shape[1] * 9;
        Tensor scaled = weight * (scale * (1 / Math.Sqrt(fanIn))).view(1, -1, 1, 1);
        return scaled * ((scaled.square().sum([1, 2, 3], keepdim: true) + 1e-8).rsqrt() * Activation.Gain);
    }
}
