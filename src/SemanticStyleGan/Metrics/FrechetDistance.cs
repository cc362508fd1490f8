using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// The Fréchet distance of two normal distributions fitted to features: |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½); of Inception features it is the
/// FID (Heusel et al., "GANs trained by a two time-scale update rule", NeurIPS 2017). Lower is better, 0 is the same distribution.
/// </summary>
public static class FrechetDistance
{
    private const int Piece = 4096;
    private const double Ridge = 1e-6;

    /// <summary>The distance of two sets of features.</summary>
    /// <param name="first">[N, D], N at least 2.</param>
    /// <param name="second">[M, D].</param>
    /// <param name="convention">How covariances are estimated.</param>
    public static double Between(Tensor first, Tensor second, MeasureConvention convention)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        (Tensor mean1, Tensor covariance1) = Moments(first, convention);
        (Tensor mean2, Tensor covariance2) = Moments(second, convention);
        // tr (Σ₁Σ₂)^½ is the sum of the roots of the eigenvalues of Σ₁^½ Σ₂ Σ₁^½, which is symmetric.
        Tensor ridge = eye(first.shape[1], dtype: ScalarType.Float64, device: first.device) * Constant(convention == MeasureConvention.SemanticStyleGan ? Ridge : 0);
        (Tensor values, Tensor vectors) = linalg.eigh(covariance1.Plus(ridge));
        Tensor root = matmul(vectors * values.clamp_min(Constant(0)).sqrt(), vectors.t());
        Tensor product = matmul(matmul(root, covariance2.Plus(ridge)), root);
        double geometric = linalg.eigvalsh(product.Plus(product.t()) / Constant(2)).clamp_min(Constant(0)).sqrt().sum().item<double>();
        double means = (mean1 - mean2).pow(Constant(2)).sum().item<double>();
        return means + covariance1.trace().item<double>() + covariance2.trace().item<double>() - 2 * geometric;
    }

    // Mean [D] and covariance [D, D] in double precision, piece by piece: features are float32 and may be many.
    private static (Tensor Mean, Tensor Covariance) Moments(Tensor features, MeasureConvention convention)
    {
        long count = features.shape[0];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        Tensor mean = features.mean([0], type: ScalarType.Float64);
        Tensor scatter = zeros([features.shape[1], features.shape[1]], ScalarType.Float64, features.device);
        foreach (Tensor piece in features.split(Piece))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor centred = piece.to(ScalarType.Float64) - mean;
            scatter.add_(matmul(centred.t(), centred), Constant(1));
        }
        return (mean, scatter.div_(Constant(convention == MeasureConvention.StyleGan ? count : count - 1)));
    }
}
