using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>Asks that what a frozen parser reads off a generated image is what the generated mask says (ours, not the paper's).</summary>
public static class ParserAgreementLoss
{
    /// <summary>
    /// The mean cross entropy, a scalar, of a parser's logits <c>[N, K, H, W]</c> for the mask <c>[N, K, H, W]</c> in about [-1, 1], whose positive channels
    /// count as shares of the classes. Pixels of small classes count for more (<see cref="MaskFitLoss.Balance"/>). Its gradient moves image and mask.
    /// </summary>
    public static Tensor Compute(Tensor logits, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor shares = (mask + Constant(1)).clamp_min(Constant(0)) + Constant(1e-6);
        shares = shares / shares.sum(1, keepdim: true);
        // A pixel's weight is a constant: otherwise the mask would save by giving small classes up.
        Tensor given = shares.detach(), weights = (given * MaskFitLoss.Balance(given).unsqueeze(-1).unsqueeze(-1)).sum(1); // [N, H, W]
        return (-(shares * F.log_softmax(logits, 1)).sum(1) * weights).mean().MoveToOuterDisposeScope();
    }
}
