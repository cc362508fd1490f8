using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// The squared maximum mean discrepancy of two sets of features with the kernel (x·y/D + 1)³, estimated without bias; of Inception features it is
/// the KID (Bińkowski et al., "Demystifying MMD GANs", ICLR 2018). Lower is better; around 0, also below, is the same distribution.
/// </summary>
public static class KernelDistance
{
    /// <summary>Subsets that are averaged.</summary>
    public const int Subsets = 100;

    /// <summary>Samples in a subset, fewer where there are fewer.</summary>
    public const int SubsetSize = 1000;

    private const int Piece = 2048;

    /// <summary>The distance of all of <paramref name="first"/> [N, D] and all of <paramref name="second"/> [M, D], at least two each.</summary>
    public static double OfAll(Tensor first, Tensor second)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        return Discrepancy(first.to(ScalarType.Float64), second.to(ScalarType.Float64));
    }

    /// <summary>The mean over 100 pairs of subsets of 1000 drawn without replacement, as it is usually published, and their standard deviation.</summary>
    /// <param name="first">[N, D], at least 2.</param>
    /// <param name="second">[M, D], at least 2.</param>
    /// <param name="seed">Of the draws.</param>
    public static (double Mean, double StandardDeviation) OfSubsets(Tensor first, Tensor second, long seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        int size = (int)Math.Min(SubsetSize, Math.Min(first.shape[0], second.shape[0]));
        Generator random = new((ulong)seed);
        double[] values = new double[Subsets];
        for (int i = 0; i < Subsets; i++)
        {
            using DisposeScope subset = NewDisposeScope();
            values[i] = Discrepancy(Draw(first, size, random), Draw(second, size, random));
        }
        return Spread.Of(values);
    }

    private static Tensor Draw(Tensor features, int size, Generator random) =>
        features.index_select(0, randperm(features.shape[0], generator: random)[..size].to(features.device)).to(ScalarType.Float64);

    private static double Discrepancy(Tensor first, Tensor second)
    {
        (double n, double m) = (first.shape[0], second.shape[0]);
        return (KernelSum(first, first) - Diagonal(first)) / (n * (n - 1)) + (KernelSum(second, second) - Diagonal(second)) / (m * (m - 1)) - 2 * KernelSum(first, second) / (n * m);
    }

    // Σ over all pairs, in pieces: 10,000 samples would be a matrix of 800 MB.
    private static double KernelSum(Tensor first, Tensor second)
    {
        double sum = 0;
        foreach (Tensor piece in first.split(Piece))
        {
            using DisposeScope scope = NewDisposeScope();
            sum += Kernel(matmul(piece, second.t()), first.shape[1]);
        }
        return sum;
    }

    private static double Diagonal(Tensor features) => Kernel(features.pow(Constant(2)).sum(1), features.shape[1]);

    private static double Kernel(Tensor products, long dimension) => (products / Constant(dimension) + Constant(1)).pow(Constant(3)).sum().item<double>();
}
