namespace SemanticStyleGan.Data;

/// <summary>An 8-bit colour picture: rows from the top, pixels from the left, three bytes (red, green, blue) each.</summary>
public sealed record RgbImage
{
    /// <summary>A picture around existing pixels, which are not copied.</summary>
    /// <exception cref="ArgumentException">There are not 3 · width · height bytes.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        if (width <= 0 || height <= 0 || pixels.Length != 3 * width * height)
            throw new ArgumentException($"{pixels.Length} bytes for {width}×{height} pixels, expected {3L * width * height}.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>A black picture.</summary>
    public RgbImage(int width, int height) : this(width, height, new byte[3 * width * height]) { }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>3 · Width · Height bytes.</summary>
    public byte[] Pixels { get; }
}
