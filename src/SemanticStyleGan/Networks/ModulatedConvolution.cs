using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A 3×3 convolution whose input channels are scaled by a style, s = A·style + b (StyleGAN2): demodulation over input channels and taps, then noise, bias and
/// activation; optionally upsampling. As (W·s)∗x = W∗(s·x), the samples share one kernel.
/// </summary>
public sealed class ModulatedConvolution : nn.Module
{
    private readonly EqualizedLinear affine;
    private readonly Parameter weight;        // [out, in, 3, 3]
    [ComponentName(Name = "noise_strength")]
    private readonly Parameter noiseStrength; // [1]
    private readonly Parameter bias;          // [out]
    [ComponentName(Name = "noise")]
    private readonly Tensor storedNoise;      // [1, 1, H, W]
    private readonly bool upsampling;

    internal ModulatedConvolution(int styleSize, int input, int output, int size, bool upsampling, Initializer initializer) : base(nameof(ModulatedConvolution))
    {
        this.upsampling = upsampling;
        Size = size;
        affine = new EqualizedLinear(styleSize, input, initializer, biasStart: 1);
        weight = initializer.Normal(output, input, 3, 3);
        noiseStrength = initializer.Constant(0, 1);
        bias = initializer.Constant(0, output);
        storedNoise = initializer.NormalBuffer(1, 1, size, size);
        RegisterComponents();
    }

    /// <summary>Width and height of the output.</summary>
    internal int Size { get; }

    /// <summary>Takes a map <c>[1, 1, size, size]</c> in place of the stored one.</summary>
    internal void StoreNoise(Tensor map)
    {
        using IDisposable _ = no_grad();
        storedNoise.copy_(map);
    }

    /// <summary>Runs on <c>[N, in, H, W]</c> with styles <c>[N, D]</c>; <paramref name="noise"/> <c>[N or 1, 1, size, size]</c>, the stored buffer where null.</summary>
    internal Tensor Forward(Tensor x, Tensor styles, Tensor? noise)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scales = affine.Forward(styles);                                           // [N, in]
        Tensor kernel = weight * Constant(1 / Math.Sqrt(weight.shape[1] * 9));
        Tensor energies = kernel.pow(Constant(2)).sum([2, 3]).t();                                // [in, out]
        Tensor demodulation = (mm(scales.pow(Constant(2)), energies) + Constant(1e-8)).rsqrt() * Constant(Activation.Gain);
        x = StyledConvolution.Convolve(x * scales.unsqueeze(-1).unsqueeze(-1), kernel, upsampling);
        x = x * demodulation.unsqueeze(-1).unsqueeze(-1);
        return Activation.LeakyInPlace(x.add_(StyledConvolution.Shift(noise ?? storedNoise, noiseStrength, bias), Constant(1))).MoveToOuterDisposeScope();
    }
}
