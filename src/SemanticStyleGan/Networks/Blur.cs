using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>The low-pass filter [1,3,3,1]⊗[1,3,3,1]/64 of all resampling, as a depthwise convolution.</summary>
internal static class Blur
{
    /// <summary>Blurs <c>[N, C, H, W]</c> after zero padding on all sides; a stride keeps every second pixel only.</summary>
    internal static Tensor Filter(Tensor x, int padding, int stride = 1, double gain = 1) => Run(x, new BlurShape(padding, stride, gain, Transposed: false));

    /// <summary>Doubles the size of <c>[N, C, H, W]</c>: zero insertion and the blur (padding 2 before, 1 after).</summary>
    internal static Tensor Upsample(Tensor x) => Run(x, new BlurShape(Padding: 1, Stride: 2, Gain: 4, Transposed: true));

    private static Tensor Run(Tensor x, BlurShape shape) => is_grad_enabled() && x.requires_grad ? BlurFunction.apply(x, shape) : shape.Apply(x);
}
