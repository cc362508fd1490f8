using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>The filter [1,3,3,1]⊗[1,3,3,1]/16 after a transposed convolution, with noise, bias and activation in the same pass.</summary>
internal static unsafe class BlurKernel
{
    /// <summary>
    /// Filters <paramref name="source"/> <c>[N, H + 1, W + 1, C]</c> into <paramref name="target"/> <c>[N, H, W, C]</c>: padding 1 before and after.
    /// C is a multiple of 16.
    /// </summary>
    internal static void Filter(PixelMap source, PixelMap target, PixelEpilogue epilogue)
    {
        const int Strip = 8;
        int strips = (target.Height + Strip - 1) / Strip;
        Workers.Run(target.Images * strips, index =>
        {
            (int n, int first) = (index / strips, index % strips * Strip);
            using Scratch zeros = new((nint)(source.Width + 4) * source.Channels);
            new Span<float>(zeros.Pointer, source.Width * source.Channels).Clear();
            float** rows = stackalloc float*[4];
            for (int y = first; y < Math.Min(first + Strip, target.Height); y++)
            {
                for (int i = 0; i < 4; i++)
                    rows[i] = y - 1 + i is int row && row >= 0 && row < source.Height ? source.At(n, row, 0) : zeros.Pointer;
                Row(rows, target.At(n, y, 0), target.Width, target.Channels, (float*)epilogue.Bias, epilogue.NoiseRow(target, n, y), zeros.Pointer + source.Width * source.Channels);
            }
        });
    }

    // Pixel by pixel, in the order of memory; the sums of the last four columns are kept.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(float** rows, float* target, int width, int channels, float* bias, float* noise, float* sums)
    {
        float* before = sums, at = before + channels, after = at + channels, next = after + channels;
        new Span<float>(before, channels).Clear();
        Column(rows, 0, at, channels);
        Column(rows, channels, after, channels);
        for (int x = 0; x < width; x++, target += channels)
        {
            // The source has width + 1 columns.
            if (x + 2 <= width) Column(rows, (nint)(x + 2) * channels, next, channels);
            else new Span<float>(next, channels).Clear();
            for (int c = 0; c < channels; c += WinogradTransform.Lanes)
            {
                Vector512<float> outer = Vector512.Load(before + c) + Vector512.Load(next + c), inner = Vector512.Load(at + c) + Vector512.Load(after + c);
                Vector512<float> value = Vector512.FusedMultiplyAdd(outer + inner * 3f, Vector512.Create(1 / 16f), Vector512.Load(bias + c) + Vector512.Create(noise[x]));
                Vector512.Max(value, value * 0.2f).Store(target + c);
            }
            float* oldest = before;
            before = at;
            at = after;
            after = next;
            next = oldest;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(float** rows, nint offset, float* sum, int channels)
    {
        float* row0 = rows[0] + offset, row1 = rows[1] + offset, row2 = rows[2] + offset, row3 = rows[3] + offset;
        for (int c = 0; c < channels; c += WinogradTransform.Lanes)
            (Vector512.Load(row0 + c) + Vector512.Load(row3 + c) + (Vector512.Load(row1 + c) + Vector512.Load(row2 + c)) * 3f).Store(sum + c);
    }
}
