namespace SemanticStyleGan.Data;

/// <summary>A square part of a picture, in pixels; it may reach over the edge, where the nearest pixel goes on.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Side">Its width and height.</param>
public readonly record struct Square(int Left, int Top, int Side)
{
    /// <summary>The largest square in the middle.</summary>
    public static Square Centre(int width, int height)
    {
        int side = Math.Min(width, height);
        return new((width - side) / 2, (height - side) / 2, side);
    }

    /// <summary>The part of a picture, resized.</summary>
    public RgbImage Cut(RgbImage image, int size) =>
        ImageResize.Lanczos(new RgbImage(Side, Side, Cut(image.Pixels, image.Width, image.Height, 3)), size, size);

    /// <summary>The part of a mask, resized.</summary>
    public LabelMap Cut(LabelMap labels, int size) =>
        ImageResize.Nearest(new LabelMap(Side, Side, Cut(labels.Classes, labels.Width, labels.Height, 1)), size, size);

    private byte[] Cut(byte[] pixels, int width, int height, int channels)
    {
        byte[] cut = new byte[channels * Side * Side];
        for (int y = 0; y < Side; y++)
        {
            int row = Math.Clamp(Top + y, 0, height - 1) * width;
            for (int x = 0; x < Side; x++)
                pixels.AsSpan(channels * (row + Math.Clamp(Left + x, 0, width - 1)), channels).CopyTo(cut.AsSpan(channels * (y * Side + x)));
        }
        return cut;
    }
}
