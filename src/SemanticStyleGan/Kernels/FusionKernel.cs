using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// Σ_k m_k (W_k h_k + b_k) at every pixel, and its gradients: a block of a part's pixels is scaled and multiplied while it is in the cache. A part that is not seen anywhere
/// in a block costs nothing there.
/// </summary>
/// <param name="parts">Parts K.</param>
/// <param name="channels">Channels C of a hidden map; a multiple of 16, of 32 for gradients.</param>
/// <param name="outputs">Features F; a multiple of 32.</param>
/// <param name="pixels">Pixels P of a map.</param>
internal sealed unsafe class FusionKernel(int parts, int channels, int outputs, int pixels)
{
    private const int Block = LocalKernel.Block;

    // Rows of a power of two bytes would fall on the same cache lines.
    private nint HiddenStride => channels + 16;

    private nint OutputStride => outputs + 16;

    /// <summary>Fuses the maps of <paramref name="images"/> samples.</summary>
    /// <param name="images">Samples N.</param>
    /// <param name="hidden"><c>[N, K, P, C]</c>.</param>
    /// <param name="shares">Each part's share m at a pixel, <c>[N, K, P]</c>.</param>
    /// <param name="heads">W, <c>[K, F/32, C, 32]</c>.</param>
    /// <param name="bias">b, <c>[K, F]</c>.</param>
    /// <param name="target"><c>[N, P, F]</c>.</param>
    internal void Forward(int images, float* hidden, float* shares, float* heads, float* bias, float* target)
    {
        int blocks = (pixels + Block - 1) / Block;
        Workers.Run(images * blocks, index =>
        {
            (int n, int first) = (index / blocks, index % blocks * Block);
            int count = Math.Min(Block, pixels - first);
            using Scratch scratch = new(Block * (parts + HiddenStride + OutputStride));
            float* sum = scratch.Pointer, scaled = sum + Block * OutputStride, share = scaled + Block * HiddenStride;
            new Span<float>(share, Block * parts).Clear(); // rows behind the last pixel are computed too
            for (int k = 0; k < parts; k++) Pixels(shares, n, k, first, count).CopyTo(new Span<float>(share + k * Block, count));
            MatrixKernel.Multiply(share, 1, Block, bias, outputs, sum, OutputStride, count, outputs, parts, accumulate: false);
            for (int k = 0; k < parts; k++)
            {
                if (!Pixels(shares, n, k, first, count).ContainsAnyExcept(0f)) continue;
                Scale(hidden + (((nint)n * parts + k) * pixels + first) * channels, share + k * Block, scaled, count);
                Add(scaled, heads + (nint)k * channels * outputs, sum, count);
            }
            for (int row = 0; row < count; row++)
                new ReadOnlySpan<float>(sum + row * OutputStride, outputs).CopyTo(new Span<float>(target + ((nint)n * pixels + first + row) * outputs, outputs));
        });
    }

    /// <summary>The gradients of what <see cref="Forward"/> computes. A part that is not seen anywhere in a block of pixels gets none there, nor does its share: that of a softmax has none either.</summary>
    /// <param name="images">Samples N.</param>
    /// <param name="hidden">As there.</param>
    /// <param name="shares">As there.</param>
    /// <param name="heads">W, <c>[K, F, C]</c>: the other way round than there.</param>
    /// <param name="bias">As there.</param>
    /// <param name="gradient">The gradient of the result, <c>[N, P, F]</c>.</param>
    /// <param name="ofHidden">Takes the gradient of the hidden maps.</param>
    /// <param name="ofShares">Takes that of the shares.</param>
    /// <param name="ofHeads">Takes that of W.</param>
    /// <param name="ofBias">Takes that of b.</param>
    internal void Backward(
        int images, float* hidden, float* shares, float* heads, float* bias, float* gradient, float* ofHidden, float* ofShares, float* ofHeads, float* ofBias)
    {
        Workers.Run(parts, k =>
        {
            nint headRows = (outputs + MatrixKernel.Rows - 1) / MatrixKernel.Rows * MatrixKernel.Rows;
            using Scratch scratch = new(Block * (OutputStride + 2 * HiddenStride) + headRows * channels);
            float* given = scratch.Pointer, scaled = given + Block * OutputStride, pulled = scaled + Block * HiddenStride, sums = pulled + Block * HiddenStride;
            new Span<float>(given, (int)(Block * (OutputStride + 2 * HiddenStride) + headRows * channels)).Clear(); // what lies between the rows is multiplied too
            float* head = heads + (nint)k * outputs * channels, shift = bias + (nint)k * outputs, shiftSums = ofBias + (nint)k * outputs;
            new Span<float>(shiftSums, outputs).Clear();
            for (int n = 0; n < images; n++)
                for (int first = 0; first < pixels; first += Block)
                {
                    int count = Math.Min(Block, pixels - first);
                    nint pixel = ((nint)n * parts + k) * pixels + first;
                    if (!Pixels(shares, n, k, first, count).ContainsAnyExcept(0f))
                    {
                        new Span<float>(ofHidden + pixel * channels, count * channels).Clear();
                        new Span<float>(ofShares + pixel, count).Clear();
                        continue;
                    }
                    for (int row = 0; row < count; row++)
                        new ReadOnlySpan<float>(gradient + ((nint)n * pixels + first + row) * outputs, outputs).CopyTo(new Span<float>(given + row * OutputStride, outputs));
                    MatrixKernel.Multiply(given, OutputStride, 1, head, channels, pulled, HiddenStride, count, channels, outputs, accumulate: false);
                    Scale(hidden + pixel * channels, shares + pixel, scaled, count);
                    MatrixKernel.Multiply(given, 1, OutputStride, scaled, HiddenStride, sums, channels, outputs, channels, count, accumulate: true);
                    for (int row = 0; row < count; row++)
                    {
                        ofShares[pixel + row] = Pull(pulled + row * HiddenStride, hidden + (pixel + row) * channels, shares[pixel + row], ofHidden + (pixel + row) * channels)
                            + Shift(given + row * OutputStride, shift, shares[pixel + row], shiftSums);
                    }
                }
            new ReadOnlySpan<float>(sums, outputs * channels).CopyTo(new Span<float>(ofHeads + (nint)k * outputs * channels, outputs * channels));
        });
    }

    // The gradient of a pixel's hidden map; returns that of its share.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Pull(float* pulled, float* hidden, float share, float* ofHidden)
    {
        Vector512<float> sum = default;
        for (int c = 0; c < channels; c += WinogradTransform.Lanes)
        {
            Vector512<float> value = Vector512.Load(pulled + c);
            sum += value * Vector512.Load(hidden + c);
            (value * share).Store(ofHidden + c);
        }
        return Vector512.Sum(sum);
    }

    // Adds to the gradient of the bias; returns that of the share.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Shift(float* given, float* shift, float share, float* sums)
    {
        Vector512<float> sum = default;
        for (int f = 0; f < outputs; f += WinogradTransform.Lanes)
        {
            Vector512<float> value = Vector512.Load(given + f);
            sum += value * Vector512.Load(shift + f);
            (Vector512.Load(sums + f) + value * share).Store(sums + f);
        }
        return Vector512.Sum(sum);
    }

    private ReadOnlySpan<float> Pixels(float* shares, int n, int k, int first, int count) => new(shares + ((nint)n * parts + k) * pixels + first, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(float* hidden, float* share, float* scaled, int count)
    {
        for (int row = 0; row < (count + MatrixKernel.Rows - 1) / MatrixKernel.Rows * MatrixKernel.Rows; row++)
            for (int c = 0; c < channels; c += WinogradTransform.Lanes)
            {
                Vector512<float> value = row < count ? Vector512.Load(hidden + (nint)row * channels + c) * share[row] : default;
                value.Store(scaled + row * HiddenStride + c);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(float* scaled, float* heads, float* sum, int count)
    {
        for (int panel = 0; panel < outputs; panel += MatrixKernel.Columns)
            for (int row = 0; row < count; row += MatrixKernel.Rows)
                MatrixKernel.Multiply(scaled + row * HiddenStride, HiddenStride, 1, heads + (nint)panel * channels, MatrixKernel.Columns, sum + row * OutputStride + panel, OutputStride, channels, accumulate: true);
    }
}
