using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// Winograd's minimal filtering F(4×4, 3×3) (Lavin, Gray 2016): 6×6 inputs and a 3×3 filter are taken to 36 points, multiplied
/// there, and taken back to 4×4 outputs: 36 products instead of 144. Polynomials are evaluated at 0, ±<see cref="Near"/>, ±<see cref="Far"/> and ∞
/// along columns, then along rows, of 16 channels at once.
/// </summary>
[SkipLocalsInit]
internal static unsafe class WinogradTransform
{
    /// <summary>Width and height of the input that a tile depends on.</summary>
    internal const int Span = 6;

    /// <summary>Products a tile.</summary>
    internal const int Points = Span * Span;

    /// <summary>Channels that are transformed together.</summary>
    internal const int Lanes = 16;

    private const float Near = 0.625f, Far = 1.5f; // rounding errors are smallest near these
    private const float NearSquare = Near * Near, FarSquare = Far * Far;

    /// <summary>
    /// Bᵀ·d·B of 16 channels. <paramref name="sources"/>: the 36 pixels, row by row; <paramref name="offset"/> is added to each;
    /// the 36 results go to <paramref name="target"/>, <paramref name="stride"/> apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Input(float** sources, nint offset, float* target, nint stride)
    {
        float* columns = stackalloc float[Points * Lanes];
        for (int x = 0; x < Span; x++)
        {
            Vector512<float> d0 = Vector512.Load(sources[x] + offset), d1 = Vector512.Load(sources[6 + x] + offset), d2 = Vector512.Load(sources[12 + x] + offset);
            Vector512<float> d3 = Vector512.Load(sources[18 + x] + offset), d4 = Vector512.Load(sources[24 + x] + offset), d5 = Vector512.Load(sources[30 + x] + offset);
            InputLine(d0, d1, d2, d3, d4, d5, columns + x * Lanes, Span * Lanes);
        }
        for (int y = 0; y < Span; y++)
        {
            float* row = columns + y * Span * Lanes;
            InputLine(Vector512.Load(row), Vector512.Load(row + 16), Vector512.Load(row + 32), Vector512.Load(row + 48), Vector512.Load(row + 64), Vector512.Load(row + 80),
                target + y * Span * stride, stride);
        }
    }

    /// <summary>Aᵀ·m·A of 16 channels: 36 products, <paramref name="stride"/> apart, to 4×4 numbers in <paramref name="result"/>, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Output(float* products, nint stride, float* result)
    {
        float* columns = stackalloc float[4 * Span * Lanes];
        for (int x = 0; x < Span; x++) OutputLine(products + x * stride, Span * stride, columns + x * Lanes, Span * Lanes);
        for (int y = 0; y < 4; y++) OutputLine(columns + y * Span * Lanes, Lanes, result + y * 4 * Lanes, Lanes);
    }

    /// <summary>
    /// A·g·Aᵀ of 16 channels, the transpose of <see cref="Output"/>: 4×4 pixels <paramref name="sources"/>, row by row, each at <paramref name="offset"/>,
    /// to 36 numbers in <paramref name="target"/>, <paramref name="stride"/> apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void OutputAdjoint(float** sources, nint offset, float* target, nint stride)
    {
        float* columns = stackalloc float[4 * Span * Lanes];
        for (int x = 0; x < 4; x++)
            OutputAdjointLine(Vector512.Load(sources[x] + offset), Vector512.Load(sources[4 + x] + offset), Vector512.Load(sources[8 + x] + offset), Vector512.Load(sources[12 + x] + offset),
                columns + x * Lanes, 4 * Lanes);
        for (int y = 0; y < Span; y++)
        {
            float* row = columns + y * 4 * Lanes;
            OutputAdjointLine(Vector512.Load(row), Vector512.Load(row + 16), Vector512.Load(row + 32), Vector512.Load(row + 48), target + y * Span * stride, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputAdjointLine(Vector512<float> g0, Vector512<float> g1, Vector512<float> g2, Vector512<float> g3, float* target, nint stride)
    {
        Vector512<float> near = Vector512.FusedMultiplyAdd(Vector512.Create(NearSquare), g2, g0), nearOdd = Vector512.FusedMultiplyAdd(Vector512.Create(NearSquare), g3, g1) * Near;
        Vector512<float> far = Vector512.FusedMultiplyAdd(Vector512.Create(FarSquare), g2, g0), farOdd = Vector512.FusedMultiplyAdd(Vector512.Create(FarSquare), g3, g1) * Far;
        g0.Store(target);
        (near + nearOdd).Store(target + stride);
        (near - nearOdd).Store(target + 2 * stride);
        (far + farOdd).Store(target + 3 * stride);
        (far - farOdd).Store(target + 4 * stride);
        g3.Store(target + 5 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputLine(Vector512<float> d0, Vector512<float> d1, Vector512<float> d2, Vector512<float> d3, Vector512<float> d4, Vector512<float> d5, float* target, nint stride)
    {
        Vector512<float> near = Vector512.FusedMultiplyAdd(Vector512.Create(-FarSquare), d2, d4);
        Vector512<float> nearOdd = Vector512.FusedMultiplyAdd(Vector512.Create(-FarSquare), d1, d3) * Near;
        Vector512<float> far = Vector512.FusedMultiplyAdd(Vector512.Create(-NearSquare), d2, d4);
        Vector512<float> farOdd = Vector512.FusedMultiplyAdd(Vector512.Create(-NearSquare), d1, d3) * Far;
        Vector512.FusedMultiplyAdd(Vector512.Create(NearSquare * FarSquare), d0, d4 - Vector512.Create(NearSquare + FarSquare) * d2).Store(target);
        (near + nearOdd).Store(target + stride);
        (near - nearOdd).Store(target + 2 * stride);
        (far + farOdd).Store(target + 3 * stride);
        (far - farOdd).Store(target + 4 * stride);
        Vector512.FusedMultiplyAdd(Vector512.Create(NearSquare * FarSquare), d1, d5 - Vector512.Create(NearSquare + FarSquare) * d3).Store(target + 5 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine(float* m, nint step, float* target, nint stride)
    {
        Vector512<float> m1 = Vector512.Load(m + step), m2 = Vector512.Load(m + 2 * step), m3 = Vector512.Load(m + 3 * step), m4 = Vector512.Load(m + 4 * step);
        Vector512<float> near = m1 + m2, nearOdd = (m1 - m2) * Near, far = m3 + m4, farOdd = (m3 - m4) * Far, last = Vector512.Load(m + 5 * step);
        (Vector512.Load(m) + near + far).Store(target);
        (nearOdd + farOdd).Store(target + stride);
        Vector512.FusedMultiplyAdd(Vector512.Create(FarSquare), far, near * NearSquare).Store(target + 2 * stride);
        (Vector512.FusedMultiplyAdd(Vector512.Create(FarSquare), farOdd, nearOdd * NearSquare) + last).Store(target + 3 * stride);
    }

    /// <summary>G <c>[6, 3]</c>: a filter of three taps at the six points.</summary>
    internal static double[,] Filter()
    {
        double[] points = [0, Near, -Near, Far, -Far];
        double[,] g = new double[Span, 3];
        for (int i = 0; i < 5; i++)
        {
            double norm = 1;
            for (int j = 0; j < 5; j++)
                if (j != i) norm *= points[i] - points[j];
            for (int tap = 0; tap < 3; tap++) g[i, tap] = Math.Pow(points[i], tap) / norm;
        }
        g[5, 2] = 1;
        return g;
    }
}
