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
            using Scratch zeros = new((nint)source.Width * source.Channels);
            new Span<float>(zeros.Pointer, source.Width * source.Channels).Clear();
            float** rows = stackalloc float*[4];
            for (int y = first; y < Math.Min(first + Strip, target.Height); y++)
            {
                for (int i = 0; i < 4; i++)
                    rows[i] = y - 1 + i is int row && row >= 0 && row < source.Height ? source.At(n, row, 0) : zeros.Pointer;
                Row(rows, target.At(n, y, 0), target.Width, target.Channels, (float*)epilogue.Bias, epilogue.NoiseRow(target, n, y));
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(float** rows, float* target, int width, int channels, float* bias, float* noise)
    {
        for (int c = 0; c < channels; c += WinogradTransform.Lanes)
        {
            Vector512<float> shift = Vector512.Load(bias + c);
            Vector512<float> before = default, at = Column(rows, c), after = Column(rows, c + channels);
            for (int x = 0; x < width; x++)
            {
                // The source has width + 1 columns.
                Vector512<float> next = x + 2 <= width ? Column(rows, (nint)(x + 2) * channels + c) : default;
                Vector512<float> value = Vector512.FusedMultiplyAdd(before + next + (at + after) * 3f, Vector512.Create(1 / 16f), shift + Vector512.Create(noise[x]));
                Vector512.Max(value, value * 0.2f).Store(target + (nint)x * channels + c);
                (before, at, after) = (at, after, next);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Column(float** rows, nint offset) =>
        Vector512.Load(rows[0] + offset) + Vector512.Load(rows[3] + offset) + (Vector512.Load(rows[1] + offset) + Vector512.Load(rows[2] + offset)) * 3f;
}
