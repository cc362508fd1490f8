using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>The non-saturating logistic losses (paper §3.5).</summary>
public static class AdversarialLoss
{
    /// <summary>softplus(−D(real)) + softplus(D(fake)), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Discriminator(Tensor realLogits, Tensor fakeLogits)
    {
        using DisposeScope scope = NewDisposeScope();
        return (-F.logsigmoid(realLogits).mean().Plus(F.logsigmoid(-fakeLogits).mean())).MoveToOuterDisposeScope();
    }

    /// <summary>softplus(−D(fake)), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Generator(Tensor fakeLogits)
    {
        using DisposeScope scope = NewDisposeScope();
        return (-F.logsigmoid(fakeLogits).mean()).MoveToOuterDisposeScope();
    }
}
