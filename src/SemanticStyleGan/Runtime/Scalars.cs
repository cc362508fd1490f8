using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Runtime;

/// <summary>
/// Numbers as operands of tensors: <c>x * Constant(0.5)</c>. TorchSharp's own conversion (<c>x * 0.5</c>) makes a
/// <see cref="Scalar"/> that nothing refers to any more while the native call reads it; a garbage collection in that moment,
/// begun by any thread, finalises it under the call, which then fails ("Unknown scalar type") or computes with freed memory.
/// </summary>
internal static class Scalars
{
    // A thread is in one native call at a time, and no call takes more numbers than this.
    private const int Kept = 16;

    [ThreadStatic] private static Scalar[]? recent;
    [ThreadStatic] private static int next;

    internal static Scalar Constant(double value) => Keep(value.ToScalar());

    internal static Scalar Constant(float value) => Keep(value.ToScalar());

    internal static Scalar Constant(int value) => Keep(value.ToScalar());

    internal static Scalar Constant(long value) => Keep(value.ToScalar());

    /// <summary>x + y; the operator makes the factor 1 of y as an implicit <see cref="Scalar"/>.</summary>
    internal static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Constant(1));

    private static Scalar Keep(Scalar scalar)
    {
        recent ??= new Scalar[Kept];
        recent[next] = scalar;
        next = (next + 1) % Kept;
        return scalar;
    }
}
