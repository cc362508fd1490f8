using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>
/// How far a generated picture is from a real one with a mask, and how far the codes of real pictures are from those that samples are made of (a variational
/// autoencoder beside the GAN, Larsen et al. 2016; ours, not the paper's). Every real picture asks for itself, so nothing of the data can be left out, and each
/// part is told where it is instead of having to find it.
/// </summary>
public static class ReconstructionLoss
{
    private const double FeatureWeight = 0.5, CoarseWeight = 0.1, BalancedWeight = 0.05, FinalWeight = 0.5, PartsWeight = 1;

    // Pixels of a batch below which a class counts less than the others.
    private const double Few = 16;

    /// <summary>
    /// A scalar: colours and gradients (<see cref="PixelPyramidLoss"/>), colours once more with all classes alike, a parser's features (<see cref="FeatureDistance"/>), the cross entropy
    /// of the parts' shares, over pixels and once more with all classes alike (<see cref="BalancedMaskLoss"/>), and the squared distance of the final mask's channels, likewise both ways.
    /// </summary>
    /// <param name="output">What was generated.</param>
    /// <param name="image">The real picture <c>[N, 3, R, R]</c> in [-1, 1].</param>
    /// <param name="mask">Its mask <c>[N, K, R, R]</c>: 1 for the pixel's class, −1 for the others.</param>
    /// <param name="parser">Gives the features; null for none.</param>
    public static Tensor Compute(GeneratorOutput output, Tensor image, Tensor mask, Parser? parser)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = PixelPyramidLoss.Compute(output.Image, image).mean();
        if (parser is not null)
        {
            IReadOnlyList<Tensor> target;
            using (no_grad()) target = parser.FeatureMaps(image);
            sum = sum.Plus(FeatureDistance.Compute(parser.FeatureMaps(output.Image), target).mean() * Constant(FeatureWeight));
        }
        Tensor truth = (mask + Constant(1)) / Constant(2);
        sum = sum.Plus(Balanced((output.Image - image).abs().mean([1], keepdim: true), truth) * Constant(PartsWeight));
        Tensor shares = F.avg_pool2d(truth, mask.shape[^1] / output.Depths.shape[^1]);                                // [N, K, S, S]
        sum = sum.Plus(-(shares * F.log_softmax(output.Depths, 1)).sum(1).mean() * Constant(CoarseWeight));
        sum = sum.Plus(BalancedMaskLoss.Compute(output.Depths, mask) * Constant(BalancedWeight));
        Tensor distance = (output.Mask - mask).pow(Constant(2)).mean([1], keepdim: true);
        return sum.Plus(Balanced(distance, truth).Plus(distance.mean()) * Constant(0.5 * FinalWeight)).MoveToOuterDisposeScope();
    }

    /// <summary>The Kullback-Leibler divergence in nats of N(mean, exp(log variance)) from N(0, 1), summed over the code <c>[N, D]</c>, mean over samples, a scalar.</summary>
    public static Tensor Divergence(Tensor mean, Tensor logVariance)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor each = mean.pow(Constant(2)).Plus(logVariance.exp()) - logVariance - Constant(1);
        return (each.sum([1]).mean() * Constant(0.5)).MoveToOuterDisposeScope();
    }

    // Of distances [N, 1, R, R] the mean over the pixels of each class, then over the classes: an earring's pixels count as much as the background's.
    private static Tensor Balanced(Tensor distance, Tensor truth)
    {
        Tensor area = truth.sum([0, 2, 3]); // [K]
        return ((truth * distance).sum([0, 2, 3]) / area.clamp_min(Constant(Few))).sum() / (area > Constant(0)).sum();
    }
}
