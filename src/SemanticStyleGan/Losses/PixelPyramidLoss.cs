using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>
/// Distance of two pictures without a network: at the full size and at each half of it down to 8 pixels, the mean squared difference of colours plus
/// the mean absolute difference of their gradients. Coarse sizes lead when the pictures are far apart, gradients keep edges sharp.
/// </summary>
public static class PixelPyramidLoss
{
    private const int SmallestSize = 8;
    private const double GradientWeight = 0.25;

    /// <summary>The distance of each pair, <c>[N]</c>, of images <c>[N, 3, H, W]</c> in about [-1, 1].</summary>
    public static Tensor Compute(Tensor images, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor difference = images - targets;
        Tensor sum = zeros(images.shape[0], device: images.device);
        int levels = 0;
        for (; ; difference = F.avg_pool2d(difference, 2), levels++)
        {
            sum = sum.Plus(difference.pow(Constant(2)).mean([1, 2, 3])).Plus(Constant(GradientWeight) * Along(difference, 2).Plus(Along(difference, 3)));
            if (difference.shape[^1] < 2 * SmallestSize) return (sum / Constant(levels + 1)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Peak signal-to-noise ratio of each pair in decibel, <c>[N]</c>: 10·log10(4 / mean squared difference), values clamped to [-1, 1].</summary>
    public static Tensor PeakSignalToNoise(Tensor images, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor error = (images.detach().clamp(Constant(-1), Constant(1)) - targets).pow(Constant(2)).mean([1, 2, 3]).clamp_min(Constant(1e-10));
        return (Constant(10) * (Constant(4) / error).log10()).MoveToOuterDisposeScope();
    }

    private static Tensor Along(Tensor x, int axis) => x.diff(dim: axis).abs().mean([1, 2, 3]);
}
