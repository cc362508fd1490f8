using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>A depthwise convolution with the filter, or its transpose.</summary>
/// <param name="Padding">Zeros on all sides of the (untransposed) input.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="Gain">A factor.</param>
/// <param name="Transposed">Whether this is the transposed convolution.</param>
internal sealed record BlurShape(int Padding, int Stride, double Gain, bool Transposed)
{
    // A few small constants, which live as long as the process.
    private static readonly ConcurrentDictionary<(long Channels, double Gain, ScalarType Type, string Device), Lazy<Tensor>> Kernels = [];

    /// <summary>The filter is symmetric, so this is also the derivative.</summary>
    internal BlurShape Adjoint => this with { Transposed = !Transposed };

    /// <summary>Filters <c>[N, C, H, W]</c>.</summary>
    internal Tensor Apply(Tensor x)
    {
        long channels = x.shape[1];
        Device device = x.device;
        Tensor kernel = Kernels.GetOrAdd((channels, Gain, x.dtype, device.ToString()), key => new(() => Kernel(key.Channels, key.Gain, key.Type, device))).Value;
        long[] strides = [Stride, Stride], padding = [Padding, Padding];
        return Transposed
            ? F.conv_transpose2d(x, kernel, strides: strides, padding: padding, groups: channels)
            : F.conv2d(x, kernel, strides: strides, padding: padding, groups: channels);
    }

    private static Tensor Kernel(long channels, double gain, ScalarType type, Device device)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor line = tensor([1f, 3f, 3f, 1f], type, device);
        return (outer(line, line) * Constant(gain / 64)).view(1, 1, 4, 4).expand(channels, 1, 4, 4).contiguous().DetachFromDisposeScope();
    }
}
