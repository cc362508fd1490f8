using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>A 1×1 head whose input channels are scaled by a style (StyleGAN2's ToRGB): weight scale 1/√fan-in, no demodulation, bias.</summary>
public sealed class ModulatedHead : nn.Module
{
    private readonly EqualizedLinear affine;
    private readonly Parameter weight; // [out, in, 1, 1]
    private readonly Parameter bias;   // [out]

    internal ModulatedHead(int styleSize, int input, int output, Initializer initializer) : base(nameof(ModulatedHead))
    {
        affine = new EqualizedLinear(styleSize, input, initializer, biasStart: 1);
        weight = initializer.Normal(output, input, 1, 1);
        bias = initializer.Constant(0, output);
        RegisterComponents();
    }

    /// <summary><c>[N, in, H, W]</c> and styles <c>[N, D]</c> to <c>[N, out, H, W]</c>.</summary>
    internal Tensor Forward(Tensor x, Tensor styles)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scales = affine.Forward(styles).unsqueeze(-1).unsqueeze(-1);
        return F.conv2d(x * scales, weight * Constant(1 / Math.Sqrt(weight.shape[1])), bias).MoveToOuterDisposeScope();
    }
}
