using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Runtime;

/// <summary>
/// Numbers as operands of tensors: <c>x * Constant(0.5)</c>. TorchSharp's own conversion (<c>x * 0.5</c>) makes a
/// <see cref="Scalar"/> that nothing refers to any more while the native call reads it; a garbage collection in that moment,
/// begun by any thread, finalises it under the call, which then fails ("Unknown scalar type") or computes with freed memory.
/// Some of its operators and methods make one inside; <c>BannedSymbols.txt</c> names those that the library has no use for.
/// </summary>
internal static class Scalars
{
    // A thread is in one native call at a time, and no call takes more numbers than this.
    private const int Kept = 16;

    private static readonly Scalar One = 1.ToScalar();

    [ThreadStatic] private static Scalar[]? recent;
    [ThreadStatic] private static int next;

    internal static Operand Constant(double value) => Keep(value.ToScalar());

    internal static Operand Constant(float value) => Keep(value.ToScalar());

    internal static Operand Constant(int value) => Keep(value.ToScalar());

    internal static Operand Constant(long value) => Keep(value.ToScalar());

    /// <summary>x + y; the operator makes the factor 1 of y as an implicit <see cref="Scalar"/>.</summary>
    internal static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    private static Operand Keep(Scalar scalar)
    {
        recent ??= new Scalar[Kept];
        recent[next] = scalar;
        next = (next + 1) % Kept;
        return new Operand(scalar);
    }

    /// <summary>A number that lives through the call which reads it.</summary>
    internal readonly struct Operand(Scalar scalar)
    {
        private readonly Scalar scalar = scalar;

        public static implicit operator Scalar(Operand x) => x.scalar;

        public static Tensor operator +(Tensor x, Operand y) => x.add(y.scalar, One);

        public static Tensor operator +(Operand x, Tensor y) => y + x;

        public static Tensor operator -(Operand x, Tensor y) => -y + x;
    }
}
