using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>The rate at which libtorch multiplies large square matrices here, which networks can at best come near to.</summary>
public static class MatrixRate
{
    /// <summary>The best of some products of two matrices of side <paramref name="size"/>, in floating-point operations a second.</summary>
    public static double Measure(int size = 2048, int repeats = 9)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor a = randn([size, size], generator: new Generator(1)), b = randn([size, size], generator: new Generator(2));
        mm(a, b);
        double best = double.MaxValue;
        for (int i = 0; i < repeats; i++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            using Tensor product = mm(a, b);
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return 2.0 * size * size * size / best;
    }
}
