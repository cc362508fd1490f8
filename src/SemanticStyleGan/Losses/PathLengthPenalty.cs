using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Losses;

/// <summary>
/// Path length regularisation (StyleGAN2): a step in the latent codes should change the image by the same amount everywhere.
/// The codes are leaves: the penalty teaches the synthesis, not the mapping network, as in the reference.
/// </summary>
public static class PathLengthPenalty
{
    /// <summary>The weight of a new batch in the running mean of lengths.</summary>
    public const double Decay = 0.01;

    /// <summary>What an image is multiplied by for its lengths: <paramref name="noise"/> <c>[N, 3, H, W]</c>, standard normal, over the root of the number of pixels.</summary>
    internal static Tensor Projection(Tensor noise) => noise / Constant(Math.Sqrt(noise.shape[2] * noise.shape[3]));

    /// <summary>Lengths <c>[N]</c> of the gradient <c>[N, K·L, D]</c> of projected images with respect to the per-layer codes.</summary>
    internal static Tensor Lengths(Tensor gradient) => gradient.pow(Constant(2)).sum(2).mean([1]).sqrt();

    /// <summary>The running mean after a batch whose lengths have the mean <paramref name="batchMean"/>.</summary>
    public static double NewMean(double mean, double batchMean) => mean + (batchMean - mean) * Decay;

    /// <summary>
    /// mean((length − new mean)²) of some of a batch's lengths <c>[N]</c>; means over all of the batch give that of the batch, and so do gradients,
    /// though the new mean depends on all lengths.
    /// </summary>
    public static Tensor Penalty(Tensor lengths, double newMean, double batchMean)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor own = lengths.mean();
        // d/dθ mean((l − m)²) = mean(2(l − m)·dl) − 2·(mean(l) − m)·dm with dm = decay·mean(dl): the second part, zero in value.
        Tensor throughMean = (own - own.detach()) * Constant(-2 * Decay * (batchMean - newMean));
        return (lengths - Constant(newMean)).pow(Constant(2)).mean().Plus(throughMean).MoveToOuterDisposeScope();
    }
}
