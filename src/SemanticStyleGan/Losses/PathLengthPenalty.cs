using SemanticStyleGan.Networks;
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

    /// <summary>
    /// Lengths <c>[N]</c>, the new running mean (a scalar without gradient) and the penalty mean((length − mean)²).
    /// </summary>
    /// <param name="images">Images <c>[N, 3, H, W]</c> made from <paramref name="codes"/>.</param>
    /// <param name="codes">Per-layer codes <c>[N, K·L, D]</c> that require gradients.</param>
    /// <param name="noise">Standard normal noise of the images' shape.</param>
    /// <param name="mean">The running mean before this batch.</param>
    public static (Tensor Lengths, Tensor Mean, Tensor Penalty) Compute(Tensor images, Tensor codes, Tensor noise, Tensor mean)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor lengths = Lengths(images, codes, noise);
        double batchMean = lengths.mean().to(ScalarType.Float64).item<double>(), newMean = NewMean(mean.to(ScalarType.Float64).item<double>(), batchMean);
        return (lengths.MoveToOuterDisposeScope(), tensor((float)newMean).MoveToOuterDisposeScope(), Penalty(lengths, newMean, batchMean).MoveToOuterDisposeScope());
    }

    /// <summary>Lengths <c>[N]</c>; parameters as for <see cref="Compute"/>. Without <paramref name="forGradients"/> for their values only.</summary>
    public static Tensor Lengths(Tensor images, Tensor codes, Tensor noise, bool forGradients = true)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = (images * (noise / Constant(Math.Sqrt(images.shape[2] * images.shape[3])))).sum();
        using IDisposable _ = ConvolutionFunction.OnlyInputs();
        Tensor gradient = autograd.grad([projected], [codes], retain_graph: forGradients, create_graph: forGradients)[0];
        return gradient.pow(Constant(2)).sum(2).mean([1]).sqrt().MoveToOuterDisposeScope();
    }

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
