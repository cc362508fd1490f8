using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SemanticStyleGan.Kernels;

/// <summary>The innermost product of all own kernels: a block of 12 × 32 results that stays in registers.</summary>
internal static unsafe class MatrixKernel
{
    /// <summary>Rows of a block.</summary>
    internal const int Rows = 12;

    /// <summary>Columns of a block.</summary>
    internal const int Columns = 32;

    private const int PanelRow = Columns * sizeof(float);

    /// <summary>Whether this processor has what the kernels are written for: fused multiply-add on 8 or 16 numbers at once.</summary>
    internal static bool IsSupported => Avx512F.IsSupported || (Avx2.IsSupported && Fma.IsSupported);

    /// <summary>
    /// c = a·b with any number of rows, which is rounded up to <see cref="Rows"/>; b <c>[columns/32, length, 32]</c>. Strides as for <see cref="Multiply(float*, nint, nint, float*, nint, float*, nint, int, bool)"/>;
    /// a's columns are neighbours.
    /// </summary>
    internal static void Product(float* a, nint aRow, float* b, float* c, nint cRow, int rows, int columns, int length)
    {
        int passes = (rows + Rows - 1) / Rows;
        for (int panel = 0; panel < columns; panel += Columns, b += (nint)Columns * length)
            for (int pass = 0; pass < passes; pass++)
            {
                // Weights come from memory, and all passes over a panel together fetch the next one.
                byte* ahead = (byte*)(b + (nint)Columns * length) + (nint)pass * length * (PanelRow / passes);
                Multiply(a + pass * Rows * aRow, aRow, 1, b, Columns, c + pass * Rows * cRow + panel, cRow, length, accumulate: false, ahead, PanelRow / passes);
            }
    }

    /// <summary>c (+)= a·b with any number of rows, which is rounded up to <see cref="Rows"/>, and a multiple of <see cref="Columns"/> columns; b's columns are neighbours.</summary>
    internal static void Multiply(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int rows, int columns, int length, bool accumulate)
    {
        for (int panel = 0; panel < columns; panel += Columns)
            for (int row = 0; row < rows; row += Rows)
                Multiply(a + row * aRow, aRow, aStep, b + panel, bStep, c + row * cRow + panel, cRow, length, accumulate);
    }

    /// <summary>
    /// c[i, j] (+)= Σ_l a[i, l]·b[l, j] for 12 rows and 32 columns. Strides in numbers: <paramref name="aRow"/> and
    /// <paramref name="aStep"/> between a's rows and its columns, <paramref name="bStep"/> and <paramref name="cRow"/> between b's and c's rows.
    /// </summary>
    internal static void Multiply(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int length, bool accumulate) =>
        Multiply(a, aRow, aStep, b, bStep, c, cRow, length, accumulate, (byte*)b, 0);

    private static void Multiply(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int length, bool accumulate, byte* ahead, nint aheadStep)
    {
        if (Avx512F.IsSupported) Multiply512(a, aRow, aStep, b, bStep, c, cRow, length, accumulate, ahead, aheadStep);
        else
            for (int column = 0; column < Columns; column += 16)
                for (int row = 0; row < Rows; row += 6, ahead += length * (aheadStep / 4))
                    Multiply256(a + row * aRow, aRow, aStep, b + column, bStep, c + row * cRow + column, cRow, length, accumulate, ahead, aheadStep / 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply512(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int length, bool accumulate, byte* ahead, nint aheadStep)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        Vector512<float> c80 = default, c81 = default, c90 = default, c91 = default, ca0 = default, ca1 = default, cb0 = default, cb1 = default;
        float* a4 = a + 4 * aRow;
        float* a8 = a + 8 * aRow;
        nint aRow3 = 3 * aRow;
        for (int l = 0; l < length; l++)
        {
            Sse.Prefetch1(ahead);
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
            Vector512<float> x = Vector512.Create(*a);
            (c00, c01) = (Avx512F.FusedMultiplyAdd(x, b0, c00), Avx512F.FusedMultiplyAdd(x, b1, c01));
            x = Vector512.Create(a[aRow]);
            (c10, c11) = (Avx512F.FusedMultiplyAdd(x, b0, c10), Avx512F.FusedMultiplyAdd(x, b1, c11));
            x = Vector512.Create(a[2 * aRow]);
            (c20, c21) = (Avx512F.FusedMultiplyAdd(x, b0, c20), Avx512F.FusedMultiplyAdd(x, b1, c21));
            x = Vector512.Create(a[aRow3]);
            (c30, c31) = (Avx512F.FusedMultiplyAdd(x, b0, c30), Avx512F.FusedMultiplyAdd(x, b1, c31));
            x = Vector512.Create(*a4);
            (c40, c41) = (Avx512F.FusedMultiplyAdd(x, b0, c40), Avx512F.FusedMultiplyAdd(x, b1, c41));
            x = Vector512.Create(a4[aRow]);
            (c50, c51) = (Avx512F.FusedMultiplyAdd(x, b0, c50), Avx512F.FusedMultiplyAdd(x, b1, c51));
            x = Vector512.Create(a4[2 * aRow]);
            (c60, c61) = (Avx512F.FusedMultiplyAdd(x, b0, c60), Avx512F.FusedMultiplyAdd(x, b1, c61));
            x = Vector512.Create(a4[aRow3]);
            (c70, c71) = (Avx512F.FusedMultiplyAdd(x, b0, c70), Avx512F.FusedMultiplyAdd(x, b1, c71));
            x = Vector512.Create(*a8);
            (c80, c81) = (Avx512F.FusedMultiplyAdd(x, b0, c80), Avx512F.FusedMultiplyAdd(x, b1, c81));
            x = Vector512.Create(a8[aRow]);
            (c90, c91) = (Avx512F.FusedMultiplyAdd(x, b0, c90), Avx512F.FusedMultiplyAdd(x, b1, c91));
            x = Vector512.Create(a8[2 * aRow]);
            (ca0, ca1) = (Avx512F.FusedMultiplyAdd(x, b0, ca0), Avx512F.FusedMultiplyAdd(x, b1, ca1));
            x = Vector512.Create(a8[aRow3]);
            (cb0, cb1) = (Avx512F.FusedMultiplyAdd(x, b0, cb0), Avx512F.FusedMultiplyAdd(x, b1, cb1));
            a += aStep;
            a4 += aStep;
            a8 += aStep;
            b += bStep;
            ahead += aheadStep;
        }
        Store(c, c00, c01, accumulate);
        Store(c += cRow, c10, c11, accumulate);
        Store(c += cRow, c20, c21, accumulate);
        Store(c += cRow, c30, c31, accumulate);
        Store(c += cRow, c40, c41, accumulate);
        Store(c += cRow, c50, c51, accumulate);
        Store(c += cRow, c60, c61, accumulate);
        Store(c += cRow, c70, c71, accumulate);
        Store(c += cRow, c80, c81, accumulate);
        Store(c += cRow, c90, c91, accumulate);
        Store(c += cRow, ca0, ca1, accumulate);
        Store(c + cRow, cb0, cb1, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> left, Vector512<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left += Vector512.Load(c);
            right += Vector512.Load(c + 16);
        }
        left.Store(c);
        right.Store(c + 16);
    }

    // 6 × 16: twelve sums, two columns and one row in sixteen registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply256(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int length, bool accumulate, byte* ahead, nint aheadStep)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        float* a3 = a + 3 * aRow;
        for (int l = 0; l < length; l++)
        {
            Sse.Prefetch1(ahead);
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            Vector256<float> x = Vector256.Create(*a);
            (c00, c01) = (Fma.MultiplyAdd(x, b0, c00), Fma.MultiplyAdd(x, b1, c01));
            x = Vector256.Create(a[aRow]);
            (c10, c11) = (Fma.MultiplyAdd(x, b0, c10), Fma.MultiplyAdd(x, b1, c11));
            x = Vector256.Create(a[2 * aRow]);
            (c20, c21) = (Fma.MultiplyAdd(x, b0, c20), Fma.MultiplyAdd(x, b1, c21));
            x = Vector256.Create(*a3);
            (c30, c31) = (Fma.MultiplyAdd(x, b0, c30), Fma.MultiplyAdd(x, b1, c31));
            x = Vector256.Create(a3[aRow]);
            (c40, c41) = (Fma.MultiplyAdd(x, b0, c40), Fma.MultiplyAdd(x, b1, c41));
            x = Vector256.Create(a3[2 * aRow]);
            (c50, c51) = (Fma.MultiplyAdd(x, b0, c50), Fma.MultiplyAdd(x, b1, c51));
            a += aStep;
            a3 += aStep;
            b += bStep;
            ahead += aheadStep;
        }
        Store(c, c00, c01, accumulate);
        Store(c += cRow, c10, c11, accumulate);
        Store(c += cRow, c20, c21, accumulate);
        Store(c += cRow, c30, c31, accumulate);
        Store(c += cRow, c40, c41, accumulate);
        Store(c + cRow, c50, c51, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector256<float> left, Vector256<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left += Vector256.Load(c);
            right += Vector256.Load(c + 8);
        }
        left.Store(c);
        right.Store(c + 8);
    }
}
