using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A 3×3 convolution with spectral normalisation (Miyato et al. 2018): the weight, as a matrix <c>[out, in·9]</c>, is used divided by its largest singular
/// value. The power iteration begins anew at every use, so it has no state: what it gives depends on the weight alone, not on ranks and slices.
/// </summary>
internal sealed class SpectralConvolution : nn.Module
{
    private const int Iterations = 8;
    // The size of the weight does not matter but to Adam, whose steps turn a smaller weight further: four times as far as an equalised layer's, about as in Projected GAN.
    private const double Deviation = 0.25;
    private readonly Parameter weight; // [out, in, 3, 3]
    private readonly Parameter bias;   // [out]
    private readonly int stride;

    internal SpectralConvolution(int input, int output, Initializer initializer, int stride = 1) : base(nameof(SpectralConvolution))
    {
        this.stride = stride;
        weight = initializer.Normal(Deviation, output, input, 3, 3);
        bias = initializer.Constant(0, output);
        RegisterComponents();
    }

    /// <summary><c>[N, in, H, W]</c> to <c>[N, out, H/stride, W/stride]</c>; the gain is folded into the weight.</summary>
    internal Tensor Forward(Tensor x, double gain = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kernel = weight * Constant(gain) / LargestSingularValue(weight.flatten(1));
        return F.conv2d(x, kernel, bias, strides: [stride, stride], padding: [1, 1]).MoveToOuterDisposeScope();
    }

    /// <summary>The largest singular value of a matrix, a scalar, nearly; its gradient is that of uᵀWv with u and v held.</summary>
    internal static Tensor LargestSingularValue(Tensor matrix)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor left;
        using (no_grad())
        {
            Tensor product = matrix.matmul(matrix.t());
            left = ones(matrix.shape[0], matrix.dtype, matrix.device);
            for (int i = 0; i < Iterations; i++) left = F.normalize(product.mv(left), 2, 0);
        }
        return matrix.t().mv(left).norm().MoveToOuterDisposeScope();
    }
}
