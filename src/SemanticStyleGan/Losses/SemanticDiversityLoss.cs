using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>Keeps the masks of a sample apart (mask/style formulation).</summary>
public static class SemanticDiversityLoss
{
    /// <summary>
    /// mean((similarity + 1)²) over samples and pairs k ≠ l, a scalar, of masks <c>[N, K, H, W]</c>; the similarity is the cosine of the flattened masks, 0 with an
    /// empty one. Masks in [0, 1] give 1 (no two overlap) to 4 (all the same).
    /// </summary>
    public static Tensor Compute(Tensor masks)
    {
        using DisposeScope scope = NewDisposeScope();
        long k = masks.shape[1];
        Tensor unit = F.normalize(masks.flatten(2), p: 2, dim: 2, eps: 1e-8); // [N, K, P]
        Tensor pairs = (bmm(unit, unit.transpose(1, 2)) + Constant(1)).pow(Constant(2));        // [N, K, K]
        Tensor others = Constant(1) - eye(k, device: masks.device, dtype: masks.dtype);
        return ((pairs * others).sum([1, 2]).mean() / Constant(k * (k - 1))).MoveToOuterDisposeScope();
    }
}
