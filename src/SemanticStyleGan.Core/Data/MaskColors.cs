namespace SemanticStyleGan.Data;

/// <summary>Shows masks in the colours of their layout.</summary>
public static class MaskColors
{
    /// <summary>The layout's colours as red, green, blue bytes, class by class.</summary>
    public static byte[] Palette(SemanticLayout layout) =>
        [.. layout.Classes.SelectMany(c => new[] { (byte)(c.Color >> 16), (byte)(c.Color >> 8), (byte)c.Color })];

    /// <summary>The mask as a picture; an index that the layout doesn't have is black.</summary>
    public static RgbImage Paint(LabelMap labels, SemanticLayout layout)
    {
        byte[] palette = Palette(layout);
        RgbImage image = new(labels.Width, labels.Height);
        for (int i = 0; i < labels.Classes.Length; i++)
            if (3 * labels.Classes[i] is int color && color < palette.Length)
                palette.AsSpan(color, 3).CopyTo(image.Pixels.AsSpan(3 * i));
        return image;
    }
}
