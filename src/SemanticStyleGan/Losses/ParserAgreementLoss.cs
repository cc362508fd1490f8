using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>Asks that what a frozen parser reads off a generated image is what the generated mask says (ours, not the paper's).</summary>
public static class ParserAgreementLoss
{
    /// <summary>
    /// The mean cross entropy, a scalar, of a parser's logits <c>[N, K, H, W]</c> for the mask <c>[N, K, H, W]</c> in about [-1, 1], whose positive channels
    /// count as shares of the classes. Pixels of small classes count for more (<see cref="MaskFitLoss.Balance"/>). Its gradient moves the image only: a mask would
    /// agree sooner by giving small classes up.
    /// </summary>
    public static Tensor Compute(Tensor logits, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor shares = (mask.detach() + Constant(1)).clamp_min(Constant(0)) + Constant(1e-6);
        shares = shares / shares.sum(1, keepdim: true);
        Tensor weights = (shares * MaskFitLoss.Balance(shares).unsqueeze(-1).unsqueeze(-1)).sum(1); // [N, H, W]
        return (-(shares * F.log_softmax(logits, 1)).sum(1) * weights).mean().MoveToOuterDisposeScope();
    }
}
