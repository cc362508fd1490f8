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
        Tensor projected = (images * (noise / Math.Sqrt(images.shape[2] * images.shape[3]))).sum();
        Tensor gradient = autograd.grad([projected], [codes], retain_graph: true, create_graph: true)[0];
        Tensor lengths = gradient.square().sum(2).mean([1]).sqrt();
        Tensor newMean = mean + (lengths.mean() - mean) * Decay;
        Tensor penalty = (lengths - newMean).square().mean();
        return (lengths.MoveToOuterDisposeScope(), newMean.detach().MoveToOuterDisposeScope(), penalty.MoveToOuterDisposeScope());
    }
}
