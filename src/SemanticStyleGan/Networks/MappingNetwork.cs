using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// z to w: normalisation by the root mean square, then equalised linear layers with learning-rate multiplier 0.01,
/// each followed by leaky ReLU times √2 (StyleGAN; paper §3.1).
/// </summary>
public sealed class MappingNetwork : nn.Module
{
    private const double LearningRateMultiplier = 0.01;
    private readonly Parameter[] weights;
    private readonly Parameter[] biases;
    private readonly double weightScale;

    internal MappingNetwork(GeneratorConfig config, Initializer initializer) : base(nameof(MappingNetwork))
    {
        int d = config.StyleSize;
        weightScale = LearningRateMultiplier / Math.Sqrt(d);
        weights = new Parameter[config.MappingLayers];
        biases = new Parameter[config.MappingLayers];
        for (int i = 0; i < weights.Length; i++)
        {
            register_parameter($"{i}.weight", weights[i] = initializer.Normal(1 / LearningRateMultiplier, d, d));
            register_parameter($"{i}.bias", biases[i] = initializer.Constant(0, d));
        }
    }

    /// <summary>Maps z <c>[N, D]</c> to w <c>[N, D]</c>.</summary>
    public Tensor Forward(Tensor z)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor w = z * (z.square().mean([1], keepdim: true) + 1e-8).rsqrt();
        for (int i = 0; i < weights.Length; i++)
        {
            w = nn.functional.linear(w, weights[i] * (weightScale * Activation.Gain), biases[i] * (LearningRateMultiplier * Activation.Gain));
            w = Activation.LeakyInPlace(w);
        }
        return w.MoveToOuterDisposeScope();
    }
}
