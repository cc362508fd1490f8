namespace SemanticStyleGan.Data;

/// <summary>Masks that a user painted: class indices (grey or palette PNG), or a picture in the layout's colours.</summary>
public static class PaintedMask
{
    private const int MostDistance = 96;

    /// <summary>Reads a mask and brings it to a size by the nearest pixel.</summary>
    /// <param name="path">A PNG of indices, or any picture in the layout's colours; a pixel takes the class of the nearest colour.</param>
    /// <param name="layout">The classes.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <exception cref="InputException">No picture, not square, or a colour or index that stands for no class.</exception>
    public static LabelMap Read(string path, SemanticLayout layout, int size)
    {
        LabelMap labels = Read(path, layout);
        if (labels.Width != labels.Height) throw new DatasetFormatException($"{path}: {labels.Width}×{labels.Height} pixels, expected a square mask.");
        return ImageResize.Nearest(labels, size, size);
    }

    /// <summary>Reads a mask of any size as it is.</summary>
    /// <exception cref="InputException">No picture, or a colour or index that stands for no class.</exception>
    public static LabelMap Read(string path, SemanticLayout layout)
    {
        byte[] file = ImageFiles.ReadBytes(path);
        LabelMap labels = IndexPng.HoldsIndices(file) ? IndexPng.Decode(file, path) : FromColors(ImageFiles.ReadRaw(path), layout, path);
        labels.RequireClasses(layout, path);
        return labels;
    }

    private static LabelMap FromColors(RgbImage image, SemanticLayout layout, string source)
    {
        byte[] palette = MaskColors.Palette(layout), classes = new byte[image.Width * image.Height];
        for (int p = 0; p < classes.Length; p++)
        {
            int best = int.MaxValue;
            for (int k = 0; k < layout.Count; k++)
            {
                int distance = 0;
                for (int c = 0; c < 3; c++) distance += Math.Abs(image.Pixels[3 * p + c] - palette[3 * k + c]);
                if (distance < best) (best, classes[p]) = (distance, (byte)k);
            }
            if (best > MostDistance)
                throw new DatasetFormatException($"{source}: colour #{image.Pixels[3 * p]:X2}{image.Pixels[3 * p + 1]:X2}{image.Pixels[3 * p + 2]:X2} at x {p % image.Width}, y {p / image.Width} is none of the layout's ({string.Join(", ", layout.Classes.Select(c => $"{c.Name} #{c.Color:X6}"))}).");
        }
        return new LabelMap(image.Width, image.Height, classes);
    }
}
