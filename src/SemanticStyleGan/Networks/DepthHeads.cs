using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The plain 1×1 heads that give each part its pseudo-depth (paper §3.2). The background has none: its depth is 0.
/// </summary>
public sealed class DepthHeads : nn.Module
{
    private readonly Parameter weight; // [K-1, C]
    private readonly Parameter scale;  // [K-1, C]
    private readonly Parameter bias;   // [K-1]

    internal DepthHeads(GeneratorConfig config, Initializer initializer) : base(nameof(DepthHeads))
    {
        (long parts, long c) = (config.Parts - 1, config.LocalChannels);
        weight = initializer.Normal(parts, c);
        scale = initializer.Constant(1, parts, c);
        bias = initializer.Constant(0, parts);
        RegisterComponents();
    }

    /// <summary>Depths <c>[N, K, P]</c> of hidden maps <c>[N·K, C, P]</c>.</summary>
    internal Tensor Forward(Tensor hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        long k = weight.shape[0] + 1, c = weight.shape[1], n = hidden.shape[0] / k;
        // A row of zeros for the background keeps the parts one batch.
        Tensor rows = nn.functional.pad(weight * scale * Constant(1 / Math.Sqrt(c)), [0, 0, 1, 0]);   // [K, C]
        Tensor offsets = nn.functional.pad(bias, [1, 0]).view(1, k, 1);
        Tensor depths = bmm(rows.expand(n, k, c).reshape(n * k, 1, c), hidden).view(n, k, -1);
        return depths.Plus(offsets).MoveToOuterDisposeScope();
    }
}
