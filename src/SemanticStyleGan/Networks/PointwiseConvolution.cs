using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>A 1×1 convolution as a product of pixels: libtorch differentiates the gradient of a product several times faster than that of a convolution.</summary>
internal static class PointwiseConvolution
{
    /// <summary><c>[N, in, H, W]</c> (channels last in memory) to <c>[N, out, H, W]</c> by weights <c>[out, in]</c>; with a bias <c>[out]</c> where there is one.</summary>
    internal static Tensor Run(Tensor x, Tensor weight, Tensor? bias = null)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long height, long width) = (x.shape[0], x.shape[2], x.shape[3]);
        Tensor pixels = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]), transposed = weight.transpose(0, 1);
        Tensor y = bias is null ? mm(pixels, transposed) : addmm(bias, pixels, transposed, 1, 1);
        return y.view(n, height, width, -1).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
