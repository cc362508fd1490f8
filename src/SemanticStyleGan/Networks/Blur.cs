using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>The low-pass filter [1,3,3,1]⊗[1,3,3,1]/64 of all resampling, as a depthwise convolution.</summary>
internal static class Blur
{
    /// <summary>The kernel <c>[channels, 1, 4, 4]</c>, times a gain.</summary>
    internal static Tensor Kernel(long channels, double gain, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor line = tensor([1f, 3f, 3f, 1f], device: device);
        return (outer(line, line) * (gain / 64)).view(1, 1, 4, 4).expand(channels, 1, 4, 4).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Blurs <c>[N, C, H, W]</c> after zero padding on all sides; a stride keeps every second pixel only.</summary>
    internal static Tensor Filter(Tensor x, int padding, int stride = 1, double gain = 1)
    {
        long channels = x.shape[1];
        using Tensor kernel = Kernel(channels, gain, x.device);
        return F.conv2d(x, kernel, strides: [stride, stride], padding: [padding, padding], groups: channels);
    }

    /// <summary>Doubles the size of <c>[N, C, H, W]</c>: zero insertion and the blur (padding 2 before, 1 after).</summary>
    internal static Tensor Upsample(Tensor x)
    {
        long channels = x.shape[1];
        using Tensor kernel = Kernel(channels, 4, x.device);
        return F.conv_transpose2d(x, kernel, strides: [2, 2], padding: [1, 1], groups: channels);
    }
}
