using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>
/// Keeps parts alive that are small or rare (ours, not the paper's). A part whose depth lies behind the others everywhere is seen at no pixel, and no other
/// loss brings it forward: it would have to appear in its whole shape at once. This one acts on the logarithm of its share, whose gradient does not vanish.
/// </summary>
public static class CoverageLoss
{
    /// <summary>How many of the real pictures' appearances, and how much of their area, is asked for.</summary>
    public const double Fraction = 0.5;

    // A logarithm of a share that is less than any that counts.
    private const double Elsewhere = -1e4;

    /// <summary>
    /// Asks for every part that half as many generated pictures show it (rounded up) as real ones do, at half of the area, where a real one does: Σ max(0, log ½ − s),
    /// a scalar, over those generated pictures that come nearest, s being the mean of the part's largest log shares among the cells in which a real picture shows it.
    /// </summary>
    /// <param name="depths">Generated depths <c>[N, K, S, S]</c>; their softmax is the share.</param>
    /// <param name="realMasks">Masks of a real batch <c>[M, K, R, R]</c>, positive where the class is.</param>
    public static Tensor Compute(Tensor depths, Tensor realMasks)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long size) = (depths.shape[0], depths.shape[2]);
        Tensor real = (realMasks > Constant(0)).to(ScalarType.Float32);                                                     // [M, K, R, R]
        Tensor areas = real.mean([2, 3]);                                                                                   // [M, K]
        Tensor shown = (areas > Constant(0)).to(ScalarType.Float32);
        Tensor asked = (shown.mean([0]) * Constant(n * Fraction)).ceil();                                                   // [K] pictures
        Tensor place = F.adaptive_max_pool2d(real.amax([0], keepdim: true), [size, size]).flatten(2) > Constant(0);          // [1, K, P]
        Tensor area = (areas.sum([0]) / shown.sum([0]).clamp_min(Constant(1)) * Constant(size * size * Fraction)).ceil().clamp_min(Constant(1)); // [K] cells
        Tensor among = (arange(Constant(0), Constant(size * size), Constant(1), device: depths.device).view(1, 1, -1) < area.view(1, -1, 1)).to(ScalarType.Float32);
        Tensor shares = F.log_softmax(depths, 1).flatten(2);                                                                // [N, K, P]
        Tensor largest = shares.masked_fill(place.logical_not(), Constant(Elsewhere)).sort(2, descending: true).Values;
        Tensor nearest = ((largest * among).sum(2) / area).sort(0, descending: true).Values;                                // [N, K]
        Tensor counted = (arange(Constant(0), Constant(n), Constant(1), device: depths.device).view(-1, 1) < asked).to(ScalarType.Float32);
        return ((Constant(Math.Log(0.5)) - nearest).clamp_min(Constant(0)) * counted).sum().MoveToOuterDisposeScope();
    }
}
