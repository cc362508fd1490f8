using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>The hinge losses of the mask/style formulation.</summary>
public static class HingeLoss
{
    /// <summary>mean(max(0, 1 − D(real))) + mean(max(0, 1 + D(fake))), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Discriminator(Tensor realLogits, Tensor fakeLogits)
    {
        using DisposeScope scope = NewDisposeScope();
        return Real(realLogits).Plus(Fake(fakeLogits)).MoveToOuterDisposeScope();
    }

    /// <summary>The discriminator's half for real data, mean(max(0, 1 − D(real))), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Real(Tensor logits)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.relu(Constant(1) - logits).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The discriminator's half for generated data, mean(max(0, 1 + D(fake))), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Fake(Tensor logits)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.relu(Constant(1) + logits).mean().MoveToOuterDisposeScope();
    }

    /// <summary>−mean(D(fake)), a scalar, of logits <c>[N, 1]</c>.</summary>
    public static Tensor Generator(Tensor fakeLogits)
    {
        using DisposeScope scope = NewDisposeScope();
        return fakeLogits.mean().neg().MoveToOuterDisposeScope();
    }
}
