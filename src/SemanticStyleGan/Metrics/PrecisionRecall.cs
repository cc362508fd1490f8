using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// Improved precision and recall (Kynkäänniemi et al., NeurIPS 2019): which share of generated features lies within the real manifold, and which
/// share of real ones within the generated. A manifold is the union of balls around its samples that reach to their third nearest neighbour.
/// </summary>
/// <param name="Precision">Share of generated samples that look real, 0 … 1.</param>
/// <param name="Recall">Share of real samples that could have been generated, 0 … 1.</param>
public sealed record PrecisionRecall(double Precision, double Recall)
{
    /// <summary>Which neighbour decides the size of a ball.</summary>
    public const int Neighbour = 3;

    private const int Piece = 1024;

    /// <summary>Precision and recall of two sets of features, more than three samples each.</summary>
    /// <param name="real">[N, D].</param>
    /// <param name="generated">[M, D].</param>
    public static PrecisionRecall Of(Tensor real, Tensor generated)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Math.Min(real.shape[0], generated.shape[0]), Neighbour);
        return new(ShareWithin(generated, real), ShareWithin(real, generated));
    }

    private static double ShareWithin(Tensor samples, Tensor manifold)
    {
        Tensor radii = cat([.. ForPieces(manifold, piece => cdist(piece, manifold).kthvalue(Neighbour + 1, 1).Item1)]); // the nearest is the sample itself
        long inside = ForPieces(samples, piece => cdist(piece, manifold).le(radii).any(1).sum()).Sum(n => n.item<long>());
        return (double)inside / samples.shape[0];
    }

    private static List<Tensor> ForPieces(Tensor samples, Func<Tensor, Tensor> measure) => [.. samples.split(Piece).Select(piece =>
    {
        using DisposeScope scope = NewDisposeScope();
        return measure(piece).MoveToOuterDisposeScope();
    })];

    // Differences one by one: the usual way over products loses the digits that decide whether a sample lies on a ball's surface.
    private static Tensor cdist(Tensor a, Tensor b) => torch.cdist(a, b, 2, compute_mode.donot_use_mm_for_euclid_dist);
}
