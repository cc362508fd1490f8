using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>How far a generated mask is from a wanted one: the cross-entropy of the fusion's softmax and the squared distance of the final mask.</summary>
public static class MaskFitLoss
{
    private const double FinalMaskWeight = 0.5;

    /// <summary>The loss of each sample, <c>[N]</c>.</summary>
    /// <param name="output">What was generated.</param>
    /// <param name="target">Where each class (or group of classes) is wanted: 1, elsewhere 0, <c>[N or 1, G, R, R]</c>.</param>
    /// <param name="groups">Which parts count as one class: 1 where part k is in group g, <c>[G, K]</c>; every part by itself where null.</param>
    /// <param name="weights">How much pixels count that should show a class, <c>[N, G]</c>, see <see cref="Balance"/>; all alike where null.</param>
    public static Tensor Compute(GeneratorOutput output, Tensor target, Tensor? groups = null, Tensor? weights = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor coarseTarget = F.avg_pool2d(target, target.shape[^1] / output.CoarseMask.shape[^1]);            // [N, G, S, S]
        Tensor seen = Merge((output.CoarseMask + Constant(1)) / Constant(2), groups).clamp_min(Constant(1e-6));
        Tensor distance = (Merge((output.Mask + Constant(1)) / Constant(2), groups) - target).pow(Constant(2)).sum(1);                     // [N, R, R]
        if (weights is not null)
        {
            coarseTarget = coarseTarget * weights.unsqueeze(-1).unsqueeze(-1);
            distance = distance * (target * weights.unsqueeze(-1).unsqueeze(-1)).sum(1);
        }
        Tensor coarse = -(coarseTarget * seen.log()).sum(1).mean([1, 2]), final = distance.mean([1, 2]);
        return coarse.Plus(Constant(FinalMaskWeight) * final).MoveToOuterDisposeScope();
    }

    /// <summary>Weights <c>[N, G]</c> that make small classes count for more, by the root of their area; their mean over the pixels of each target <c>[N, G, R, R]</c> is 1.</summary>
    public static Tensor Balance(Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor area = target.mean([2, 3]), weights = area.clamp_min(Constant(1e-4)).rsqrt();
        return (weights / (weights * area).sum(1, keepdim: true)).MoveToOuterDisposeScope();
    }

    /// <summary>Masks <c>[N, K, H, W]</c> with the channels of each group added: <c>[N, G, H, W]</c>.</summary>
    public static Tensor Merge(Tensor mask, Tensor? groups) => groups is null ? mask : tensordot(groups, mask, [1], [1]).transpose(0, 1);
}
