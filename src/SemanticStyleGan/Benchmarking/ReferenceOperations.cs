using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Benchmarking;

/// <summary>
/// The operations of StyleGAN programs, one by one as their plain PyTorch paths order them: the yardstick of the benchmark.
/// Channels first, gains multiplied into activations, filters as single-channel convolutions of a zero-inserted, padded map.
/// What is no longer needed is freed at once, as counting references does it there.
/// </summary>
internal static class ReferenceOperations
{
    internal static Tensor EqualizedLinear(Tensor x, Tensor weight, Tensor bias, double multiplier = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.linear(x, weight * Constant(multiplier / Math.Sqrt(weight.shape[1])), bias * Constant(multiplier)).MoveToOuterDisposeScope();
    }

    /// <summary>leaky_relu(x + bias, 0.2)·√2 of <c>[N, C]</c> or <c>[N, C, H, W]</c>.</summary>
    internal static Tensor Activate(Tensor x, Tensor bias)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] shape = [1, -1, .. Enumerable.Repeat(1L, (int)x.dim() - 2)];
        return (x.Plus(bias.view(shape)).leaky_relu(Constant(0.2)) * Constant(Math.Sqrt(2))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A modulated convolution as a grouped one with a weight per sample. <paramref name="style"/> <c>[N, in]</c> scales the input
    /// channels; upsampling is a transposed convolution with stride 2 and a blur.
    /// </summary>
    internal static Tensor Modulated(Tensor x, Tensor weight, Tensor style, bool demodulate = true, bool upsample = false)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long input, long height, long width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        (long output, long size) = (weight.shape[0], weight.shape[2]);
        Tensor w = weight.unsqueeze(0) * style.view(n, 1, input, 1, 1) * Constant(1 / Math.Sqrt(input * size * size)); // [N, out, in, k, k]
        if (demodulate) w = w * (w.pow(Constant(2)).sum([2, 3, 4], keepdim: true) + Constant(1e-8)).rsqrt();
        x = x.reshape(1, n * input, height, width);
        if (!upsample)
            return F.conv2d(x, w.view(n * output, input, size, size), padding: [size / 2, size / 2], groups: n).view(n, output, height, width).MoveToOuterDisposeScope();
        x = F.conv_transpose2d(x, w.transpose(1, 2).reshape(n * input, output, size, size), strides: [2, 2], groups: n);
        return Filter(x.view(n, output, x.shape[2], x.shape[3]), 1, 1, 1, gain: 4).MoveToOuterDisposeScope();
    }

    /// <summary>Inserts zeros, pads and convolves each channel on its own with [1,3,3,1]⊗[1,3,3,1]/64 times a gain.</summary>
    internal static Tensor Filter(Tensor x, int up, int before, int after, double gain = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long c, long h, long w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        Tensor planes = x.reshape(n * c, 1, h, w);
        if (up > 1)
            planes = F.pad(planes.view(n * c, 1, h, 1, w, 1), [0, up - 1, 0, 0, 0, up - 1]).view(n * c, 1, h * up, w * up);
        planes = F.pad(planes, [before, after, before, after]);
        Tensor line = tensor([1f, 3f, 3f, 1f]);
        Tensor filtered = F.conv2d(planes, (outer(line, line) * Constant(gain / 64)).view(1, 1, 4, 4));
        return filtered.view(n, c, filtered.shape[2], filtered.shape[3]).MoveToOuterDisposeScope();
    }
}
