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
        return Real(realLogits).Plus(Fake(fakeLogits)).MoveToOuterDisposeScope();
    }

    /// <summary>The discriminator's half for real data, softplus(−D(real)), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Real(Tensor logits)
    {
        using DisposeScope scope = NewDisposeScope();
        return (-F.logsigmoid(logits).mean()).MoveToOuterDisposeScope();
    }

    /// <summary>The discriminator's half for generated data, softplus(D(fake)), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Fake(Tensor logits)
    {
        using DisposeScope scope = NewDisposeScope();
        return (-F.logsigmoid(-logits).mean()).MoveToOuterDisposeScope();
    }

    /// <summary>softplus(−D(fake)), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Generator(Tensor fakeLogits) => Real(fakeLogits);
}
