using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>A linear layer with equalised learning rate: weights from N(0, 1), used times 1/√fan-in.</summary>
public sealed class EqualizedLinear : nn.Module
{
    private readonly Parameter weight; // [out, in]
    private readonly Parameter bias;   // [out]

    internal EqualizedLinear(int input, int output, Initializer initializer) : base(nameof(EqualizedLinear))
    {
        register_parameter("weight", weight = initializer.Normal(output, input));
        register_parameter("bias", bias = initializer.Constant(0, output));
    }

    /// <summary><c>[N, in]</c> to <c>[N, out]</c>; the gain is folded into weight and bias.</summary>
    internal Tensor Forward(Tensor x, double gain = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.linear(x, weight * (gain / Math.Sqrt(weight.shape[1])), bias * gain).MoveToOuterDisposeScope();
    }
}
