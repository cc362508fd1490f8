using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Kernels;

/// <summary>Layers on tensors, without gradients: float32 on the CPU, channels last.</summary>
internal static unsafe class RenderKernels
{
    /// <summary>Whether this processor and these sizes fit the kernels; libtorch's own operations are for all others.</summary>
    internal static bool Fit(long inputs, long outputs, long size, Device device) =>
        MatrixKernel.IsSupported && device.type == DeviceType.CPU && inputs % 16 == 0 && outputs % 32 == 0 && size % WinogradConvolution.Tile == 0;

    /// <summary>leaky_relu(3×3 convolution of x with padding 1 + bias + noise, 0.2), <c>[N, out, H, W]</c>.</summary>
    /// <param name="x"><c>[N, in, H, W]</c>.</param>
    /// <param name="weights">See <see cref="WinogradWeights"/>.</param>
    /// <param name="bias"><c>[out]</c>.</param>
    /// <param name="noise"><c>[N or 1, 1, H, W]</c>.</param>
    internal static Tensor Convolve(Tensor x, Tensor weights, Tensor bias, Tensor noise)
    {
        using DisposeScope scope = NewDisposeScope();
        (PixelMap input, Tensor y) = (PixelMap.Of(ChannelsLast(x)), Map(x.shape[0], bias.shape[0], x.shape[2], x.shape[3]));
        new WinogradConvolution(input, PixelMap.Of(y), Epilogue(bias, noise)).Forward((float*)PixelMap.AddressOf(weights));
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The 3×3 convolution of x <c>[N, in, H, W]</c> with padding 1, <c>[N, out, H, W]</c>; weights as for <see cref="Convolve(Tensor, Tensor, Tensor, Tensor)"/>.</summary>
    internal static Tensor Convolve(Tensor x, Tensor weights, long outputs)
    {
        using DisposeScope scope = NewDisposeScope();
        (PixelMap input, Tensor y) = (PixelMap.Of(ChannelsLast(x)), Map(x.shape[0], outputs, x.shape[2], x.shape[3]));
        new WinogradConvolution(input, PixelMap.Of(y), epilogue: null).Forward((float*)PixelMap.AddressOf(weights));
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The gradient <c>[out, in, 3, 3]</c> of a convolution's weights, of its input <c>[N, in, H, W]</c> and its output's gradient <c>[N, out, H, W]</c>.</summary>
    internal static Tensor WeightGradient(Tensor x, Tensor gradient)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor input, Tensor output) = (ChannelsLast(x), ChannelsLast(gradient));
        return WinogradWeights.Gradient(new WinogradWeightGradient(PixelMap.Of(input), PixelMap.Of(output)).AtPoints()).MoveToOuterDisposeScope();
    }

    /// <summary>The transposed 3×3 convolution of x <c>[N, in, H, W]</c> with stride 2, <c>[N, out, 2H + 1, 2W + 1]</c>.</summary>
    /// <param name="x"><c>[N, in, H, W]</c>.</param>
    /// <param name="weights">See <see cref="WinogradWeights.OfUpsampling"/>.</param>
    /// <param name="kernel">The weights <c>[in, out, 3, 3]</c>; the last row and column are made of their outer taps.</param>
    internal static Tensor Upsample(Tensor x, Tensor weights, Tensor kernel)
    {
        using DisposeScope scope = NewDisposeScope();
        x = ChannelsLast(x);
        (long height, long width) = (x.shape[2], x.shape[3]);
        Tensor y = Map(x.shape[0], kernel.shape[1], 2 * height + 1, 2 * width + 1);
        new WinogradUpsampling(PixelMap.Of(x), PixelMap.Of(y)).Forward((float*)PixelMap.AddressOf(weights));
        y.narrow(2, 2 * height, 1).copy_(F.conv_transpose2d(x.narrow(2, height - 1, 1), kernel.narrow(2, 2, 1), strides: [2, 2]));
        y.narrow(3, 2 * width, 1).copy_(F.conv_transpose2d(x.narrow(3, width - 1, 1), kernel.narrow(3, 2, 1), strides: [2, 2]));
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>leaky_relu(blur of x with padding 1 + bias + noise, 0.2), <c>[N, C, H − 1, W − 1]</c>.</summary>
    /// <param name="x">A transposed convolution's result <c>[N, C, H, W]</c>.</param>
    /// <param name="bias"><c>[C]</c>.</param>
    /// <param name="noise"><c>[N or 1, 1, H − 1, W − 1]</c>.</param>
    internal static Tensor Filter(Tensor x, Tensor bias, Tensor noise)
    {
        using DisposeScope scope = NewDisposeScope();
        (PixelMap input, Tensor y) = (PixelMap.Of(ChannelsLast(x)), Map(x.shape[0], x.shape[1], x.shape[2] - 1, x.shape[3] - 1));
        BlurKernel.Filter(input, PixelMap.Of(y), Epilogue(bias, noise));
        return y.MoveToOuterDisposeScope();
    }

    private static PixelEpilogue Epilogue(Tensor bias, Tensor noise) => new(PixelMap.AddressOf(bias), PixelMap.AddressOf(noise), (int)noise.shape[0]);

    // Not a view of another tensor: it may be changed in place by what is differentiated.
    private static Tensor Map(long images, long channels, long height, long width) =>
        empty_strided([images, channels, height, width], [height * width * channels, 1, width * channels, channels]);

    private static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
