using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// Σ_k m_k (W_k h_k + b_k) at every pixel: a block of a part's pixels is scaled and multiplied while it is in the cache. A part that is not seen anywhere in a
/// block costs nothing there.
/// </summary>
/// <param name="parts">Parts K.</param>
/// <param name="channels">Channels C of a hidden map; a multiple of 16.</param>
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
            for (int panel = 0; panel < outputs; panel += MatrixKernel.Columns)
                for (int row = 0; row < count; row += MatrixKernel.Rows)
                    MatrixKernel.Multiply(share + row, 1, Block, bias + panel, outputs, sum + row * OutputStride + panel, OutputStride, parts, accumulate: false);
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
