using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Tells the discriminator how much the samples of a batch differ: the standard deviation over groups of min(4, N) samples,
/// averaged, as one more channel (StyleGAN2). Samples n, n + N/g, n + 2N/g, … form a group of g.
/// </summary>
internal static class MinibatchDeviation
{
    private const int GroupSize = 4;

    /// <summary><c>[N, C, H, W]</c> to <c>[N, C + 1, H, W]</c>.</summary>
    /// <exception cref="InputException">N is more than 4 and no multiple of it.</exception>
    internal static Tensor Append(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        long n = x.shape[0], group = Math.Min(GroupSize, n);
        if (n % group != 0) throw new InputException($"batch of {n} samples, expected at most {GroupSize} or a multiple of it (minibatch statistics are taken over groups of {GroupSize}).");
        Tensor deviation = (x.reshape(group, n / group, -1).@var(0, unbiased: false) + Constant(1e-8)).sqrt().mean([1]); // [N/g]
        Tensor channel = deviation.view(-1, 1, 1, 1).repeat(group, 1, x.shape[2], x.shape[3]);
        return cat([x, channel], 1).MoveToOuterDisposeScope();
    }
}
