namespace SemanticStyleGan.Data;

/// <summary>Square images of one size, with or without masks, by index. Reading is thread-safe and gives the same bytes for the same index.</summary>
public interface ISampleSource
{
    /// <summary>The classes of the masks, or null when there are images only.</summary>
    SemanticLayout? Layout { get; }

    /// <summary>Width and height of every image, in pixels.</summary>
    int Size { get; }

    /// <summary>How many samples; indices run from 0.</summary>
    int Count { get; }

    /// <summary>One line for people: what and where the data is.</summary>
    string Description { get; }

    /// <summary>Fills in one sample.</summary>
    /// <param name="index">0 … <see cref="Count"/> − 1.</param>
    /// <param name="rgb">H·W·3 bytes: rows from the top, pixels from the left, red, green, blue.</param>
    /// <param name="labels">H·W class indices of <see cref="Layout"/> in the same order; empty when <see cref="Layout"/> is null.</param>
    void Read(int index, Span<byte> rgb, Span<byte> labels);
}
