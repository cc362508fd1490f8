namespace SemanticStyleGan.Data;

/// <summary>A mask: the class index of every pixel, rows from the top, pixels from the left.</summary>
public sealed record LabelMap
{
    /// <summary>A mask around existing indices, which are not copied.</summary>
    /// <exception cref="ArgumentException">There are not width · height bytes.</exception>
    public LabelMap(int width, int height, byte[] classes)
    {
        if (width <= 0 || height <= 0 || classes.Length != width * height)
            throw new ArgumentException($"{classes.Length} bytes for {width}×{height} pixels, expected {(long)width * height}.", nameof(classes));
        (Width, Height, Classes) = (width, height, classes);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Width · Height class indices.</summary>
    public byte[] Classes { get; }

    /// <summary>Checks that every index is a class of the layout; <paramref name="source"/> is named in the error.</summary>
    /// <exception cref="DatasetFormatException">An index is too large; the message says which and where.</exception>
    public void RequireClasses(SemanticLayout layout, string source)
    {
        int first = Classes.AsSpan().IndexOfAnyInRange((byte)layout.Count, byte.MaxValue);
        if (first >= 0)
            throw new DatasetFormatException(
                $"{source}: class {Classes[first]} at x {first % Width}, y {first / Width}, expected 0 to {layout.Count - 1} (layout '{layout.Name}').");
    }
}
