using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>The memory of a CPU tensor in pieces that a span can hold: files are read into it and written from it without a copy.</summary>
internal static class TensorBytes
{
    private const long PieceBytes = 1 << 28;

    internal delegate void PieceAction(Span<byte> bytes);

    /// <summary>Bytes of one element.</summary>
    public static int Size(ScalarType type) => type switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a stored type"),
    };

    /// <summary>A tensor with undefined content on the CPU, to be filled from a file without a second copy.</summary>
    public static Tensor Allocate(ReadOnlySpan<long> shape, ScalarType type) => empty(shape, dtype: type, device: CPU);

    /// <summary>Visits the memory of a contiguous CPU tensor from its first byte to its last.</summary>
    public static void ForEachPiece(Tensor contiguous, PieceAction action)
    {
        long count = contiguous.numel();
        if (count == 0) return;
        long step = PieceBytes / Size(contiguous.dtype);
        if (count <= step)
        {
            action(contiguous.bytes);
            return;
        }
        using Tensor flat = contiguous.view(-1);
        for (long start = 0; start < count; start += step)
        {
            using Tensor piece = flat.narrow(0, start, Math.Min(step, count - start));
            action(piece.bytes);
        }
    }

    /// <summary>Elements and bytes of a shape; false where a size is negative or the total does not fit.</summary>
    public static bool TryCount(ReadOnlySpan<long> shape, ScalarType type, out long elements, out long bytes)
    {
        // Sizes of zero do not excuse the others: libtorch multiplies them into strides.
        UInt128 product = 1;
        bool none = false;
        (elements, bytes) = (0, 0);
        foreach (long size in shape)
        {
            if (size < 0) return false;
            if (size == 0) none = true;
            else product *= (ulong)size;
            if (product * (uint)Size(type) > long.MaxValue) return false;
        }
        elements = none ? 0 : (long)product;
        bytes = elements * Size(type);
        return true;
    }
}
