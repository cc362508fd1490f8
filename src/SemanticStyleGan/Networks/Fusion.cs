using SemanticStyleGan.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Composes the parts (paper §3.3): a softmax over depths decides which part is seen, and the parts' features are added by
/// these weights. Features are fused before the feature heads: Σ m_k (W_k h_k + b_k) = [W_1 … W_K]·concat(m_k h_k) + Σ m_k b_k.
/// </summary>
public sealed class Fusion : nn.Module
{
    private const double Epsilon = 1e-8;
    private const double Hidden = 46; // e⁻⁴⁶ = 1e-20
    private readonly Parameter weight; // [K, F, C]
    private readonly Parameter scale;  // [K, C]
    private readonly Parameter bias;   // [K, F]
    private readonly float[] transparent; // [K], 1 for transparent parts

    internal Fusion(GeneratorConfig config, Initializer initializer) : base(nameof(Fusion))
    {
        transparent = [.. Enumerable.Range(0, config.Parts).Select(k => config.TransparentParts.Contains(k) ? 1f : 0f)];
        (long k, long f, long c) = (config.Parts, config.CoarseChannels, config.LocalChannels);
        weight = initializer.Normal(k, f, c);
        scale = initializer.Constant(1, k, c);
        bias = initializer.Constant(0, k, f);
        RegisterComponents();
    }

    /// <summary>
    /// Probabilities m <c>[N, K, P]</c> that a part is seen, of depths <c>[N, K, P]</c>, zero (with zero gradient) below 1e-20; a composition mask
    /// <c>[N, K]</c> switches parts off.
    /// </summary>
    internal static Tensor Visibility(Tensor depths, Tensor? compositionMask)
    {
        using DisposeScope scope = NewDisposeScope();
        // A part so far behind has no share in any sum of floats, only numbers that processors are slow with.
        Tensor m = depths.masked_fill(depths < depths.detach().amax([1], keepdim: true) - Constant(Hidden), Constant(double.NegativeInfinity)).softmax(1);
        if (compositionMask is not null)
        {
            m = m * compositionMask.unsqueeze(-1);
            m = m / (m.sum(1, keepdim: true) + Constant(Epsilon));
        }
        return m.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Fused features <c>[N, F, S, S]</c> (channels last in memory) of hidden maps <c>[N·K, C, P]</c> and visibility <c>[N, K, P]</c>.
    /// </summary>
    internal Tensor Forward(Tensor hidden, Tensor visibility)
    {
        using DisposeScope scope = NewDisposeScope();
        (long k, long f, long c) = (weight.shape[0], weight.shape[1], weight.shape[2]);
        (long n, long p) = (visibility.shape[0], visibility.shape[2]);
        long size = (long)Math.Round(Math.Sqrt(p));
        Tensor weights = FusionWeights(visibility);                                            // [N, K, P]
        Tensor heads = weight * (scale * Constant(1 / Math.Sqrt(c))).unsqueeze(1);             // [K, F, C]
        Tensor fused = PartKernels.Fit(c, weight) && f % MatrixKernel.Columns == 0 && !(is_grad_enabled() && SecondDerivatives.Wanted) ? FusionFunction.Run(hidden, weights, heads, bias) : Products(hidden, weights, heads);
        return fused.view(n, size, size, f).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    // [N, P, F]
    private Tensor Products(Tensor hidden, Tensor weights, Tensor heads)
    {
        (long n, long k, long p) = (weights.shape[0], weights.shape[1], weights.shape[2]);
        (long f, long c) = (heads.shape[1], heads.shape[2]);
        Tensor weighted = hidden.contiguous().view(n, k, c, p) * weights.unsqueeze(2);                      // [N, K, C, P]
        Tensor all = heads.transpose(0, 1).reshape(1, f, k * c).expand(n, f, k * c);
        Tensor fused = bmm(weighted.view(n, k * c, p).transpose(1, 2), all.transpose(1, 2));
        return fused.add_(matmul(weights.transpose(1, 2), bias), Constant(1));
    }

    // Opaque parts compete among themselves, as if no transparent part were there; transparent ones are added on top.
    private Tensor FusionWeights(Tensor visibility)
    {
        if (!transparent.Contains(1f)) return visibility.alias();
        Tensor isTransparent = tensor(transparent, visibility.dtype, visibility.device).view(1, -1, 1);
        Tensor opaque = visibility * (Constant(1) - isTransparent);
        return (opaque / (opaque.sum(1, keepdim: true) + Constant(Epsilon))).Plus(visibility * isTransparent);
    }
}
