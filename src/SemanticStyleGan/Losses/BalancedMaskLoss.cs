using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>
/// Asks that every part claims by its own depth what the render net draws as that part (ours, not the paper's). <see cref="MaskConsistencyLoss"/> is a mean over
/// pixels, where a nose hardly counts: the render net may draw all noses while the part called nose lies behind the face, and its codes do nothing.
/// </summary>
public static class BalancedMaskLoss
{
    // Pixels of a batch below which a class counts less than the others.
    private const double Few = 4;

    /// <summary>
    /// The cross entropy of the parts' shares given the final mask, the mean over each class's own pixels and then over the classes that the batch shows, a
    /// scalar. The final mask takes no gradient.
    /// </summary>
    /// <param name="depths">Depths <c>[N, K, S, S]</c>; their softmax is the share.</param>
    /// <param name="mask">Final masks <c>[N, K, R, R]</c> in about [-1, 1].</param>
    public static Tensor Compute(Tensor depths, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor drawn = F.one_hot(mask.detach().argmax(1), mask.shape[1]).permute(0, 3, 1, 2).to(ScalarType.Float32);
        Tensor shares = F.avg_pool2d(drawn, mask.shape[^1] / depths.shape[^1]);               // [N, K, S, S]
        Tensor area = shares.sum([0, 2, 3]);                                                 // [K]
        Tensor cost = -(shares * F.log_softmax(depths, 1)).sum([0, 2, 3]) / area.clamp_min(Constant(Few));
        return (cost.sum() / (area > Constant(0)).sum()).MoveToOuterDisposeScope();
    }
}
