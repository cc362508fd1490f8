using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Losses;

/// <summary>
/// Distance of two pictures in the features of a network, as LPIPS (Zhang et al. 2018) without learned weights: channels are normalised at every pixel,
/// squared differences added over channels, averaged over pixels and over the maps.
/// </summary>
public static class FeatureDistance
{
    /// <summary>The distance of each pair, <c>[N]</c>, of feature maps <c>[N, C_i, H_i, W_i]</c>, or vectors <c>[N, C_i]</c>, whose squared difference counts as it is.</summary>
    public static Tensor Compute(IReadOnlyList<Tensor> features, IReadOnlyList<Tensor> targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] distances = [.. features.Zip(targets, (a, b) => a.ndim == 2
            ? (a - b).pow(Constant(2)).sum(1)
            : (Normalized(a) - Normalized(b)).pow(Constant(2)).sum(1).mean([1, 2]))];
        return (stack(distances).sum([0]) / Constant(distances.Length)).MoveToOuterDisposeScope();
    }

    private static Tensor Normalized(Tensor map) => map * (map.pow(Constant(2)).sum(1, keepdim: true) + Constant(1e-8)).rsqrt();
}
