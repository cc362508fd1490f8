using System.Collections.Concurrent;
using SemanticStyleGan.Runtime;
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
        if (device.type == DeviceType.CPU && !OneDnn.IsUsed) return ApplySeparably(x);
        Tensor kernel = Kernels.GetOrAdd((channels, Gain, x.dtype, device.ToString()), key => new(() => Kernel(key.Channels, key.Gain, key.Type, device))).Value;
        long[] strides = [Stride, Stride], padding = [Padding, Padding];
        return Transposed
            ? F.conv_transpose2d(x, kernel, strides: strides, padding: padding, groups: channels)
            : F.conv2d(x, kernel, strides: strides, padding: padding, groups: channels);
    }

    /// <summary>As <see cref="Apply"/>, first down and then across, from sums of shifted maps: without oneDNN libtorch's depthwise convolutions go channel by channel.</summary>
    internal Tensor ApplySeparably(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (long dimension in (long[])[2, 3]) x = Transposed && Stride == 2 ? Doubled(x, dimension) : Filtered(x, dimension);
        return x.MoveToOuterDisposeScope();
    }

    // Along one dimension; the transpose of a stride of 1 is the same with what is left of the zeros.
    private Tensor Filtered(Tensor x, long dimension)
    {
        x = Padded(x, dimension, Transposed ? 3 - Padding : Padding);
        long last = x.shape[dimension] - 3;
        Tensor outer = x.slice(dimension, 0, last, Stride).Plus(x.slice(dimension, 3, last + 3, Stride));
        Tensor inner = x.slice(dimension, 1, last + 1, Stride).Plus(x.slice(dimension, 2, last + 2, Stride));
        return outer.add_(inner, Constant(3)).mul_(Constant(Math.Sqrt(Gain) / 8));
    }

    // Even and odd pixels of the double size see two taps each.
    private Tensor Doubled(Tensor x, long dimension)
    {
        x = Padded(x, dimension, 1) * Constant(Math.Sqrt(Gain) / 8);
        long size = x.shape[dimension];
        (Tensor before, Tensor after) = (x.slice(dimension, 0, size - 1, 1), x.slice(dimension, 1, size, 1));
        Tensor pairs = stack([after.add(before, Constant(3)), before.add(after, Constant(3))], dimension + 1).flatten(dimension, dimension + 1);
        return pairs.slice(dimension, Padding, 2 * size - 2 - Padding, 1);
    }

    private static Tensor Padded(Tensor x, long dimension, long zeros) => F.pad(x, dimension == 2 ? [0, 0, zeros, zeros] : [zeros, zeros, 0, 0]);

    private static Tensor Kernel(long channels, double gain, ScalarType type, Device device)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor line = tensor([1f, 3f, 3f, 1f], type, device);
        return (outer(line, line) * Constant(gain / 64)).view(1, 1, 4, 4).expand(channels, 1, 4, 4).contiguous().DetachFromDisposeScope();
    }
}
