using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Kernels;

/// <summary>Layers on tensors, without gradients: float32 on the CPU, channels last.</summary>
internal static unsafe class RenderKernels
{
    // Pixels of a product that are in the cache together; a multiple of the kernel's rows.
    private const int LargestBlock = 144;

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
    /// <param name="outerTaps">See <see cref="OuterTaps"/>.</param>
    internal static Tensor Upsample(Tensor x, Tensor weights, Tensor outerTaps)
    {
        using DisposeScope scope = NewDisposeScope();
        x = ChannelsLast(x);
        (long height, long width) = (x.shape[2], x.shape[3]);
        long linePanels = outerTaps.shape[0] / 2;
        Tensor y = Map(x.shape[0], linePanels / 3 * MatrixKernel.Columns, 2 * height + 1, 2 * width + 1);
        new WinogradUpsampling(PixelMap.Of(x), PixelMap.Of(y)).Forward((float*)PixelMap.AddressOf(weights));
        (Tensor pixels, Tensor target) = (x.permute(0, 2, 3, 1), y.permute(0, 2, 3, 1));
        UpsampleLine(pixels.select(1, height - 1), outerTaps.narrow(0, 0, linePanels), target.select(1, 2 * height));
        UpsampleLine(pixels.select(2, width - 1), outerTaps.narrow(0, linePanels, linePanels), target.select(2, 2 * width));
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Upsample(Tensor, Tensor, Tensor)"/> without transforms, for small maps, whose transformed weights would be much larger than they are.</summary>
    /// <param name="x"><c>[N, in, H, W]</c>.</param>
    /// <param name="taps">See <see cref="Taps"/>.</param>
    internal static Tensor Upsample(Tensor x, Tensor taps)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long input, long height, long width, long output) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3], taps.shape[0] / 9 * MatrixKernel.Columns);
        Tensor products = Product(x.permute(0, 2, 3, 1).reshape(-1, input), taps).view(n, height, width, 9, output);
        Tensor y = Map(n, output, 2 * height + 1, 2 * width + 1).zero_(), target = y.permute(0, 2, 3, 1);
        for (int tap = 0; tap < 9; tap++)
            target.slice(1, tap / 3, tap / 3 + 2 * height, 2).slice(2, tap % 3, tap % 3 + 2 * width, 2).add_(products.select(3, tap), Constant(1));
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The weights <c>[out, in, 3, 3]</c> as <see cref="Upsample(Tensor, Tensor)"/> reads them, <c>[9·out/32, in, 32]</c>.</summary>
    internal static Tensor Taps(Tensor weight)
    {
        using DisposeScope scope = NewDisposeScope();
        return Panels(weight.permute(1, 2, 3, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>What the last row and column of <see cref="Upsample(Tensor, Tensor, Tensor)"/> are made of: the last row's three taps of weights <c>[out, in, 3, 3]</c>, then the last column's, <c>[2·3·out/32, in, 32]</c>.</summary>
    internal static Tensor OuterTaps(Tensor weight)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] lines = [weight.select(2, 2), weight.select(3, 2)]; // [out, in, 3]
        return cat([.. lines.Select(line => Panels(line.permute(1, 2, 0)))]).MoveToOuterDisposeScope();
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

    // The transposed convolution with stride 2 of a line of pixels [N, L, in] to [N, 2L + 1, out].
    private static void UpsampleLine(Tensor pixels, Tensor taps, Tensor target)
    {
        (long n, long length, long output) = (pixels.shape[0], pixels.shape[1], target.shape[2]);
        Tensor products = Product(pixels.reshape(n * length, -1), taps).view(n, length, 3, output);
        Tensor even = nn.functional.pad(products.select(2, 0), [0, 0, 0, 1]);
        even.narrow(1, 1, length).add_(products.select(2, 2), Constant(1));
        target.slice(1, 0, 2 * length + 1, 2).copy_(even);
        target.slice(1, 1, 2 * length, 2).copy_(products.select(2, 1));
    }

    // Pixels [P, in] times weights [out/32, in, 32], [P, out].
    private static Tensor Product(Tensor pixels, Tensor panels)
    {
        using DisposeScope scope = NewDisposeScope();
        (int count, int inputs, int outputs) = ((int)pixels.shape[0], (int)pixels.shape[1], (int)panels.shape[0] * MatrixKernel.Columns);
        int passes = (count + MatrixKernel.Rows - 1) / MatrixKernel.Rows, rowStride = inputs + 16; // rows of a power of two bytes would fall on the same cache lines
        int block = Math.Min(LargestBlock, (passes + Workers.Count - 1) / Workers.Count * MatrixKernel.Rows);
        Tensor rows = nn.functional.pad(pixels, [0, 16, 0, passes * MatrixKernel.Rows - count]), products = empty(passes * MatrixKernel.Rows, outputs);
        (nint from, nint weights, nint to) = (PixelMap.AddressOf(rows), PixelMap.AddressOf(panels), PixelMap.AddressOf(products));
        Workers.Run((count + block - 1) / block, index =>
        {
            int first = index * block;
            MatrixKernel.Product((float*)from + (nint)first * rowStride, rowStride, (float*)weights, (float*)to + (nint)first * outputs, outputs, Math.Min(block, count - first), outputs, inputs);
        });
        return products.narrow(0, 0, count).MoveToOuterDisposeScope();
    }

    // [in, …] with out numbers behind each input, as [out/32, in, 32].
    private static Tensor Panels(Tensor weight) => weight.reshape(weight.shape[0], -1, MatrixKernel.Columns).transpose(0, 1).contiguous();

    private static PixelEpilogue Epilogue(Tensor bias, Tensor noise) => new(PixelMap.AddressOf(bias), PixelMap.AddressOf(noise), (int)noise.shape[0]);

    // Not a view of another tensor: it may be changed in place by what is differentiated.
    private static Tensor Map(long images, long channels, long height, long width) =>
        empty_strided([images, channels, height, width], [height * width * channels, 1, width * channels, channels]);

    private static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
