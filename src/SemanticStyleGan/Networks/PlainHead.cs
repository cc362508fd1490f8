using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>A plain 1×1 head: learned scale per input channel, weight scale 1/√fan-in, no demodulation, bias.</summary>
public sealed class PlainHead : nn.Module
{
    private readonly Parameter weight; // [out, in]
    private readonly Parameter scale;  // [in]
    private readonly Parameter bias;   // [out]

    internal PlainHead(int input, int output, Initializer initializer) : base(nameof(PlainHead))
    {
        weight = initializer.Normal(output, input);
        scale = initializer.Constant(1, input);
        bias = initializer.Constant(0, output);
        RegisterComponents();
    }

    /// <summary>The bias <c>[out]</c>.</summary>
    internal Parameter Bias => bias;

    /// <summary>The scaled weight <c>[out, in]</c>.</summary>
    internal Tensor Weight()
    {
        using DisposeScope scope = NewDisposeScope();
        return (weight * (this.scale * Constant(1 / Math.Sqrt(weight.shape[1])))).MoveToOuterDisposeScope();
    }
}
