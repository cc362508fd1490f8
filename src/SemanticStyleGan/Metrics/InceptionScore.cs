using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// The inception score exp(E[KL(p(y|x) ‖ p(y))]) of class probabilities (Salimans et al., "Improved techniques for training GANs", NeurIPS 2016).
/// Higher is better: each picture is clearly of one class, and all classes occur.
/// </summary>
public static class InceptionScore
{
    /// <summary>Parts that the pictures are split into.</summary>
    public const int Splits = 10;

    /// <summary>Mean and standard deviation (over N) of the scores of ten consecutive parts.</summary>
    /// <param name="probabilities">[N, classes], rows that sum to one, N at least 10.</param>
    public static (double Mean, double StandardDeviation) Of(Tensor probabilities)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        long count = probabilities.shape[0];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, Splits);
        double[] scores = new double[Splits];
        for (int i = 0; i < Splits; i++)
        {
            (long begin, long end) = (i * count / Splits, (i + 1) * count / Splits);
            Tensor p = probabilities.narrow(0, begin, end - begin).to(ScalarType.Float64);
            Tensor divergence = xlogy(p, p) - xlogy(p, p.mean([0], keepdim: true));
            scores[i] = Math.Exp(divergence.sum(1).mean().item<double>());
        }
        return Spread.Of(scores);
    }
}
