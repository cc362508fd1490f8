using SemanticStyleGan.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Σ_k m_k (W_k h_k + b_k), with all gradients in one pass over the parts. Where a second derivative follows, the same is computed by operations that libtorch can differentiate.
/// </summary>
internal sealed class FusionFunction : autograd.SingleTensorFunction<FusionFunction>
{
    public override string Name => nameof(FusionFunction);

    /// <summary>Parameters and result as for <see cref="PartKernels.Fuse"/>.</summary>
    internal static Tensor Run(Tensor hidden, Tensor shares, Tensor heads, Tensor bias) =>
        is_grad_enabled() ? apply(hidden.transpose(1, 2), shares, heads, bias) : PartKernels.Fuse(hidden, shares, heads, bias);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor hidden, Tensor shares, Tensor heads, Tensor bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
        ctx.save_for_backward([hidden, shares, heads, bias]);
        using Tensor channelsFirst = hidden.transpose(1, 2);
        return PartKernels.Fuse(channelsFirst, shares, heads, bias);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor hidden, Tensor shares, Tensor heads, Tensor bias) = (saved[0], saved[1], saved[2], saved[3]);
        (Tensor ofHidden, Tensor ofShares, Tensor ofHeads, Tensor ofBias) = is_grad_enabled()
            ? Differentiable(hidden, shares, heads, bias, grad_output)
            : PartKernels.FusionGradients(hidden, shares, heads, bias, grad_output);
        return BackwardTensors.Return([ofHidden, ofShares, ofHeads, ofBias], [.. saved, grad_output]);
    }

    private static (Tensor Hidden, Tensor Shares, Tensor Heads, Tensor Bias) Differentiable(Tensor hidden, Tensor shares, Tensor heads, Tensor bias, Tensor gradient)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long k, long p) = (shares.shape[0], shares.shape[1], shares.shape[2]);
        (Tensor maps, Tensor seen, Tensor given) = (hidden.view(n, k, p, -1), shares.unsqueeze(3), gradient.unsqueeze(1));
        Tensor pulled = matmul(given, heads);                                                            // [N, K, P, C]
        Tensor ofShares = (pulled * maps).sum([3]).Plus(matmul(gradient, bias.t()).transpose(1, 2));
        Tensor ofHidden = (pulled * seen).view(n * k, p, -1);
        Tensor ofHeads = matmul(given.transpose(2, 3), maps * seen).sum([0]);                             // [K, F, C]
        Tensor ofBias = matmul(shares, gradient).sum([0]);                                                 // [K, F]
        return (ofHidden.MoveToOuterDisposeScope(), ofShares.MoveToOuterDisposeScope(), ofHeads.MoveToOuterDisposeScope(), ofBias.MoveToOuterDisposeScope());
    }
}
