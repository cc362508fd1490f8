using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A linear layer with equalised learning rate: weights from N(0, 1) over the learning-rate multiplier, used times the
/// multiplier and 1/√fan-in; biases are used times the multiplier.
/// </summary>
public sealed class EqualizedLinear : nn.Module
{
    private readonly Parameter weight; // [out, in]
    private readonly Parameter bias;   // [out]

    private readonly double multiplier;

    internal EqualizedLinear(int input, int output, Initializer initializer, double learningRateMultiplier = 1, double biasStart = 0) : base(nameof(EqualizedLinear))
    {
        multiplier = learningRateMultiplier;
        weight = initializer.Normal(1 / multiplier, output, input);
        bias = initializer.Constant(biasStart, output);
        RegisterComponents();
    }

    /// <summary>The weight <c>[out, in]</c> as it is used.</summary>
    internal Tensor ScaledWeight() => weight * Constant(multiplier / Math.Sqrt(weight.shape[1]));

    /// <summary>See <see cref="CompositionalGenerator.FoldTruncation"/>; of the mean input <c>[in]</c>.</summary>
    internal void FoldTruncation(Tensor mean, double truncation)
    {
        using DisposeScope scope = NewDisposeScope();
        bias.add_(ScaledWeight().matmul(mean) * Constant((1 - truncation) / multiplier), Constant(1));
        weight.mul_(Constant(truncation));
    }

    /// <summary><c>[N, in]</c> to <c>[N, out]</c>; the gain is folded into weight and bias.</summary>
    internal Tensor Forward(Tensor x, double gain = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.linear(x, weight * Constant(gain * multiplier / Math.Sqrt(weight.shape[1])), bias * Constant(gain * multiplier)).MoveToOuterDisposeScope();
    }
}
