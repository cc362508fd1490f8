using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>What a tensor of an official state dict is.</summary>
internal enum OfficialKind
{
    /// <summary>Learned; has a gradient and optimiser state.</summary>
    Parameter,

    /// <summary>Stored, not learned: a noise map.</summary>
    Buffer,

    /// <summary>A blur kernel, the same in every network.</summary>
    Constant,
}

/// <summary>One official tensor: which slice of which stacked tensor it is, and how many axes of size one it has around it.</summary>
/// <param name="Official">The authors' name.</param>
/// <param name="Native">The stacked tensor's name; null for constants.</param>
/// <param name="Lead">The leading axes of the stack, such as [K, L]; empty where nothing is stacked.</param>
/// <param name="Position">The slice's place in the flattened leading axes.</param>
/// <param name="Before">Official axes of size one before the slice's own.</param>
/// <param name="After">Official axes of size one after them.</param>
/// <param name="Kind">Learned, stored or constant.</param>
/// <param name="Gain">Sum of a constant kernel: 1, or 4 where it follows zero-insertion.</param>
internal sealed record OfficialSlot(
    string Official, string? Native, long[] Lead, int Position, int Before, int After, OfficialKind Kind, float Gain = 1)
{
    private static readonly float[] Binomial = [1, 3, 3, 1];

    /// <summary>The slice in an official tensor: the axes of size one are dropped.</summary>
    public Tensor Slice(Tensor official, string source)
    {
        ReadOnlySpan<long> shape = official.shape;
        int own = shape.Length - Before - After;
        if (own < 0 || shape[..Before].ContainsAnyExcept(1) || shape[^After..].ContainsAnyExcept(1))
            throw new CheckpointFormatException($"{source}: '{Official}' has the shape [{string.Join(", ", official.shape)}], expected {Before} axes of size 1 first and {After} last.");
        return official.detach().reshape(shape.Slice(Before, own).ToArray());
    }

    /// <summary>The official tensor that is this slice of the stack.</summary>
    public Tensor Cut(Tensor stack, string source)
    {
        ReadOnlySpan<long> shape = stack.shape;
        if (shape.Length < Lead.Length || !shape[..Lead.Length].SequenceEqual(Lead))
            throw new CheckpointFormatException($"{source}: '{Native}' has the shape [{string.Join(", ", stack.shape)}], expected [{string.Join(", ", Lead)}, ...].");
        long[] own = shape[Lead.Length..].ToArray();
        Tensor slice = Lead.Length == 0 ? stack.detach() : stack.detach().reshape([-1, .. own]).select(0, Position);
        return slice.reshape([.. Enumerable.Repeat(1L, Before), .. own, .. Enumerable.Repeat(1L, After)]);
    }

    /// <summary>The constant: [1, 3, 3, 1] ⊗ [1, 3, 3, 1] / 64 times the gain, [4, 4].</summary>
    public Tensor Kernel()
    {
        float[] values = [.. Binomial.SelectMany(y => Binomial.Select(x => y * x / 64 * Gain))];
        return tensor(values).reshape(4, 4);
    }

    /// <summary>Whether a stored kernel is this constant (half precision holds it exactly).</summary>
    public bool IsThisKernel(Tensor stored)
    {
        if (!stored.shape.AsSpan().SequenceEqual([4L, 4L])) return false;
        using Tensor difference = (stored.to(ScalarType.Float32) - Kernel()).abs().max();
        return difference.item<float>() < 1e-6f;
    }
}
