using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// z to w: normalisation by the root mean square, then equalised linear layers with learning-rate multiplier 0.01,
/// each followed by leaky ReLU times √2 (StyleGAN; paper §3.1).
/// </summary>
public sealed class MappingNetwork : nn.Module
{
    internal const double LearningRateMultiplier = 0.01;
    private readonly EqualizedLinear[] layers;

    internal MappingNetwork(GeneratorConfig config, Initializer initializer) : base(nameof(MappingNetwork))
    {
        layers = new EqualizedLinear[config.MappingLayers];
        for (int i = 0; i < layers.Length; i++)
            register_module($"{i}", layers[i] = new EqualizedLinear(config.StyleSize, config.StyleSize, initializer, LearningRateMultiplier));
        RegisterComponents();
    }

    /// <summary>Maps z <c>[N, D]</c> to w <c>[N, D]</c>.</summary>
    public Tensor Forward(Tensor z)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor w = z * (z.pow(Constant(2)).mean([1], keepdim: true) + Constant(1e-8)).rsqrt();
        foreach (EqualizedLinear layer in layers) w = Activation.LeakyInPlace(layer.Forward(w, Activation.Gain));
        return w.MoveToOuterDisposeScope();
    }
}
