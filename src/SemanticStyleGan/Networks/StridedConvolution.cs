using SemanticStyleGan.Kernels;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The three products of a 3×3 convolution with stride 2 without padding: x <c>[N, in, 2H + 1, 2W + 1]</c>, y <c>[N, out, H, W]</c>, weights <c>[out, in, 3, 3]</c>.
/// </summary>
internal static class StridedConvolution
{
    // Fewer pixels do not pay for the transform of the weights.
    private const long FewestPixels = 1024;

    /// <summary>y of x.</summary>
    internal static Tensor Convolve(Tensor x, Tensor weight) => F.conv2d(x, ChannelsLast.Of(weight), strides: [2, 2]);

    /// <summary>x of y: the transposed convolution.</summary>
    internal static Tensor Transpose(Tensor y, Tensor weight)
    {
        (long output, long input, long height, long width) = (weight.shape[0], weight.shape[1], y.shape[2], y.shape[3]);
        bool fits = y.dtype == ScalarType.Float32 && y.shape[0] * height * width >= FewestPixels && width % WinogradConvolution.Tile == 0 && RenderKernels.Fit(output, input, height, y.device);
        if (!fits) return F.conv_transpose2d(y, ChannelsLast.Of(weight), strides: [2, 2]);
        using DisposeScope scope = NewDisposeScope();
        Tensor filters = weight.transpose(0, 1);
        return RenderKernels.Upsample(y, WinogradWeights.OfUpsampling(filters), RenderKernels.OuterTaps(filters)).MoveToOuterDisposeScope();
    }

    /// <summary>The weights' gradient of x and the gradient of y: a product of matrices for each tap.</summary>
    internal static Tensor WeightGradient(Tensor x, Tensor y)
    {
        using DisposeScope scope = NewDisposeScope();
        (long input, long output, long height, long width) = (x.shape[1], y.shape[1], y.shape[2], y.shape[3]);
        (Tensor pixels, Tensor gradient) = (x.permute(0, 2, 3, 1), y.permute(0, 2, 3, 1).reshape(-1, output).transpose(0, 1));
        Tensor[] taps = new Tensor[9]; // [out, in]
        for (int tap = 0; tap < 9; tap++)
        {
            using Tensor seen = pixels.slice(1, tap / 3, tap / 3 + 2 * height, 2).slice(2, tap % 3, tap % 3 + 2 * width, 2).reshape(-1, input);
            taps[tap] = mm(gradient, seen);
        }
        return stack(taps, 2).view(output, input, 3, 3).MoveToOuterDisposeScope();
    }
}
