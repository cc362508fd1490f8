using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// Winograd's minimal filtering for a transposed 3×3 convolution with stride 2. Along a line its even outputs are w₀xᵢ + w₂xᵢ₋₁, two taps, done as
/// F(4, 2) with the points 0, ±<see cref="Near"/>, <see cref="Far"/> and ∞; its odd outputs are w₁xᵢ. In two dimensions 4×4 inputs become 8×8 outputs
/// in four phases (even or odd rows, even or odd columns) with 25 + 20 + 20 + 16 = 81 products instead of 144. All is done for 16 channels at once.
/// </summary>
[SkipLocalsInit]
internal static unsafe class WinogradUpsamplingTransform
{
    /// <summary>Width and height of the input that a tile depends on.</summary>
    internal const int Span = 5;

    /// <summary>Matrices of weights: 5×5 for the first phase, 5 for each of the next two, and the middle tap.</summary>
    internal const int Matrices = 36;

    private const int Tile = 4, Lanes = WinogradTransform.Lanes;
    private const float Near = 0.75f, Far = 1.5f; // near 1, so that their powers are neither large nor small
    private const float NearSquare = Near * Near, FarSquare = Far * Far;

    /// <summary>
    /// Takes 5×5 <paramref name="pixels"/>, row by row, each at <paramref name="offset"/>, to the points of a phase in lines of even outputs and to the middle 4
    /// pixels in lines of odd ones: 5 or 4 numbers down, <paramref name="down"/> apart in <paramref name="target"/>, and across, <paramref name="across"/> apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Input(float** pixels, nint offset, UpsamplingPhase phase, float* target, nint down, nint across)
    {
        float* lines = stackalloc float[Span * Span * Lanes];
        for (int x = 0; x < Span; x++)
        {
            Vector512<float> d0 = Vector512.Load(pixels[x] + offset), d1 = Vector512.Load(pixels[5 + x] + offset), d2 = Vector512.Load(pixels[10 + x] + offset);
            InputLine(d0, d1, d2, Vector512.Load(pixels[15 + x] + offset), Vector512.Load(pixels[20 + x] + offset), phase.EvenRows, lines + x * Lanes, Span * Lanes);
        }
        for (int y = 0; y < (phase.EvenRows ? Span : Tile); y++)
        {
            float* line = lines + y * Span * Lanes;
            InputLine(Vector512.Load(line), Vector512.Load(line + 16), Vector512.Load(line + 32), Vector512.Load(line + 48), Vector512.Load(line + 64), phase.EvenColumns, target + y * down, across);
        }
    }

    /// <summary>Takes the products of a phase, laid out as <see cref="Input"/> lays out, to 4×4 outputs in <paramref name="result"/>, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Output(float* products, UpsamplingPhase phase, nint down, nint across, float* result)
    {
        float* lines = stackalloc float[Span * Tile * Lanes];
        for (int y = 0; y < (phase.EvenRows ? Span : Tile); y++) OutputLine(products + y * down, across, phase.EvenColumns, lines + y * Tile * Lanes, Lanes);
        for (int x = 0; x < Tile; x++) OutputLine(lines + x * Lanes, Tile * Lanes, phase.EvenRows, result + x * Lanes, Tile * Lanes);
    }

    // At a point: the coefficients of the product of (x − other point) over the others.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputLine(Vector512<float> d0, Vector512<float> d1, Vector512<float> d2, Vector512<float> d3, Vector512<float> d4, bool even, float* target, nint stride)
    {
        if (!even)
        {
            d1.Store(target);
            d2.Store(target + stride);
            d3.Store(target + 2 * stride);
            d4.Store(target + 3 * stride);
            return;
        }
        Vector512<float> zeroth = Vector512.FusedMultiplyAdd(Vector512.Create(-Far), d0, d1), first = Vector512.FusedMultiplyAdd(Vector512.Create(-Far), d1, d2);
        Vector512<float> second = Vector512.FusedMultiplyAdd(Vector512.Create(-Far), d2, d3), third = Vector512.FusedMultiplyAdd(Vector512.Create(-Far), d3, d4);
        Vector512.FusedMultiplyAdd(Vector512.Create(-NearSquare), zeroth, second).Store(target);
        Vector512.FusedMultiplyAdd(Vector512.Create(Near), first, second).Store(target + stride);
        Vector512.FusedMultiplyAdd(Vector512.Create(-Near), first, second).Store(target + 2 * stride);
        Vector512.FusedMultiplyAdd(Vector512.Create(-NearSquare), d1, d3).Store(target + 3 * stride);
        Vector512.FusedMultiplyAdd(Vector512.Create(-NearSquare), first, third).Store(target + 4 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine(float* m, nint step, bool even, float* target, nint stride)
    {
        Vector512<float> m0 = Vector512.Load(m), m1 = Vector512.Load(m + step), m2 = Vector512.Load(m + 2 * step), m3 = Vector512.Load(m + 3 * step);
        if (!even)
        {
            m0.Store(target);
            m1.Store(target + stride);
            m2.Store(target + 2 * stride);
            m3.Store(target + 3 * stride);
            return;
        }
        Vector512<float> near = m1 + m2, nearOdd = (m1 - m2) * Near, farOdd = m3 * Far;
        (m0 + near + m3).Store(target);
        (nearOdd + farOdd).Store(target + stride);
        Vector512.FusedMultiplyAdd(Vector512.Create(FarSquare), m3, near * NearSquare).Store(target + 2 * stride);
        (Vector512.FusedMultiplyAdd(Vector512.Create(FarSquare), farOdd, nearOdd * NearSquare) + Vector512.Load(m + 4 * step)).Store(target + 3 * stride);
    }

    /// <summary>[36, 9]: the taps of a filter at the points of the four phases.</summary>
    internal static double[,] Filter()
    {
        double[] points = [0, Near, -Near, Far];
        double[][] even = new double[Span][];
        for (int i = 0; i < Tile; i++)
        {
            double norm = points.Where((_, j) => j != i).Aggregate(1.0, (product, other) => product * (points[i] - other));
            even[i] = [points[i] / norm, 0, 1 / norm];
        }
        even[Tile] = [1, 0, 0];
        double[][] odd = [[0, 1, 0]];
        double[,] filter = new double[Matrices, 9];
        int row = 0;
        foreach ((double[][] vertical, double[][] horizontal) in ((double[][], double[][])[])[(even, even), (even, odd), (odd, even), (odd, odd)])
            foreach (double[] v in vertical)
                foreach (double[] h in horizontal)
                {
                    for (int tap = 0; tap < 9; tap++) filter[row, tap] = v[tap / 3] * h[tap % 3];
                    row++;
                }
        return filter;
    }
}
