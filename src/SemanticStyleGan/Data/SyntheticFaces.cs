using SemanticStyleGan.Data.Faces;

namespace SemanticStyleGan.Data;

/// <summary>
/// The embedded data set: drawn portraits with exact masks of <see cref="SemanticLayout.Faces"/> and known <see cref="FaceFactors"/>.
/// Sample i depends on the seed and i only, and is the same picture at every size.
/// </summary>
public sealed class SyntheticFaces : ISampleSource
{
    private readonly int seed;

    /// <summary>A set of faces that are drawn when they are read.</summary>
    /// <param name="size">Width and height in pixels, 16 … 2048.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Which faces; any number.</param>
    /// <exception cref="InputException">Size or count out of range.</exception>
    public SyntheticFaces(int size, int count, int seed)
    {
        if (size is < FacePainter.SmallestSize or > FacePainter.LargestSize)
            throw new InputException($"synthetic faces: size {size}, expected {FacePainter.SmallestSize} to {FacePainter.LargestSize} pixels.");
        if (count < 1) throw new InputException($"synthetic faces: count {count}, expected at least 1.");
        (Size, Count, this.seed) = (size, count, seed);
    }

    /// <inheritdoc/>
    public SemanticLayout Layout => SemanticLayout.Faces;

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public string Description => $"synthetic faces, seed {seed}";

    /// <summary>The factors of one face.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such index.</exception>
    public FaceFactors Factors(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return FaceFactors.Sample(seed, index);
    }

    /// <inheritdoc/>
    public void Read(int index, Span<byte> rgb, Span<byte> labels) => FacePainter.Draw(Factors(index), Size, rgb, labels);
}
