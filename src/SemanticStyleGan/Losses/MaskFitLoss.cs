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
    public static Tensor Compute(GeneratorOutput output, Tensor target, Tensor? groups = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor coarseTarget = F.avg_pool2d(target, target.shape[^1] / output.CoarseMask.shape[^1]);            // [N, G, S, S]
        Tensor seen = Merge((output.CoarseMask + 1) / 2, groups).clamp_min(1e-6);
        Tensor coarse = -(coarseTarget * seen.log()).sum(1).mean([1, 2]);
        Tensor final = (Merge((output.Mask + 1) / 2, groups) - target).square().sum(1).mean([1, 2]);
        return (coarse + FinalMaskWeight * final).MoveToOuterDisposeScope();
    }

    /// <summary>Masks <c>[N, K, H, W]</c> with the channels of each group added: <c>[N, G, H, W]</c>.</summary>
    public static Tensor Merge(Tensor mask, Tensor? groups) => groups is null ? mask : tensordot(groups, mask, [1], [1]).transpose(0, 1);
}
