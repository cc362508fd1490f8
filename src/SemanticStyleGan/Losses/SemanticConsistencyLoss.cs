using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>Ties each part's style to its mask (mask/style formulation): the style should point where the mask's code does.</summary>
public static class SemanticConsistencyLoss
{
    /// <summary>mean((cosine(mask code, style) − 1)²) over samples and parts, a scalar from 0 to 4, of <c>[N, K, D]</c> both; the cosine with a zero vector is 0.</summary>
    public static Tensor Compute(Tensor maskCodes, Tensor styles)
    {
        using DisposeScope scope = NewDisposeScope();
        return (F.cosine_similarity(maskCodes, styles, dim: 2, eps: 1e-8) - Constant(1)).pow(Constant(2)).mean().MoveToOuterDisposeScope();
    }
}
