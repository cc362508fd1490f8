using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Training;

/// <summary>Makes images worse at random, each differently: colours, sharpness, noise. A parser that learns with it also reads generated images.</summary>
/// <param name="strength">0 for none, 1 for what is usual.</param>
internal sealed class Degradation(double strength)
{
    /// <summary>Images <c>[N, 3, H, W]</c> in [-1, 1] made worse; the result is in about the same range.</summary>
    internal Tensor Apply(Tensor images, Generator random)
    {
        if (strength == 0) return images.alias();
        using DisposeScope scope = NewDisposeScope();
        long n = images.shape[0], h = images.shape[2], w = images.shape[3];
        Tensor Normal(double deviation, params long[] shape) => randn(shape, generator: random).to(images.device) * Constant(deviation * strength);
        Tensor Share() => rand([n, 1, 1, 1], generator: random).to(images.device);

        // Half of the images stay sharp, the others are mixed with a blurred copy.
        Tensor blurred = (Share() * Constant(2) - Constant(1)).clamp_min(Constant(0)) * Constant(Math.Min(1, strength));
        Tensor x = images.lerp(F.avg_pool2d(F.pad(images, [1, 1, 1, 1], PaddingModes.Replicate), 3, stride: 1), blurred);
        Tensor gray = x.mean([1], keepdim: true);
        x = gray.Plus((x - gray) * Normal(0.3, n, 1, 1, 1).exp()); // saturation
        x = (x * Normal(0.2, n, 1, 1, 1).exp() * Normal(0.1, n, 3, 1, 1).exp()).Plus(Normal(0.15, n, 1, 1, 1)); // contrast, tint, brightness
        // Fine grain and blotches.
        Tensor blotches = F.interpolate(Normal(0.3, n, 3, Math.Max(1, h / 8), Math.Max(1, w / 8)), [h, w], mode: InterpolationMode.Bilinear, align_corners: false);
        x = x.Plus(Normal(0.2, n, 3, h, w) * Share().pow(Constant(2))).Plus(blotches * Share().pow(Constant(2)));
        return x.MoveToOuterDisposeScope();
    }
}
