using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>Keeps the refined mask near the coarse one that it refines (paper §3.5).</summary>
public static class MaskConsistencyLoss
{
    /// <summary>mean((coarse − average-pooled final)²), a scalar, of masks <c>[N, K, S, S]</c> and <c>[N, K, R, R]</c>.</summary>
    public static Tensor Compute(Tensor coarseMask, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pooled = F.avg_pool2d(mask, mask.shape[^1] / coarseMask.shape[^1]);
        return (coarseMask - pooled).pow(Constant(2)).mean().MoveToOuterDisposeScope();
    }
}
