namespace SemanticStyleGan.Data;

/// <summary>Puts pictures of one size side by side on a white ground: the one way in which previews, contact sheets and grids are made.</summary>
public static class ImageGrid
{
    /// <summary>Rows of <paramref name="columns"/> pictures with a gap between them; the last row may be shorter.</summary>
    /// <param name="pictures">Pictures of one size, at least one.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="gap">Pixels between pictures.</param>
    /// <param name="scale">How many pixels wide and high each pixel becomes.</param>
    /// <exception cref="ArgumentException">No pictures, or pictures of different sizes.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage> pictures, int columns, int gap = 2, int scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (pictures.Count == 0) throw new ArgumentException("no pictures", nameof(pictures));
        (int w, int h) = (pictures[0].Width, pictures[0].Height);
        if (pictures.Any(p => p.Width != w || p.Height != h)) throw new ArgumentException("pictures of different sizes", nameof(pictures));
        columns = Math.Min(columns, pictures.Count);
        int rows = (pictures.Count + columns - 1) / columns;
        RgbImage grid = new(columns * (w * scale + gap) - gap, rows * (h * scale + gap) - gap);
        grid.Pixels.AsSpan().Fill(255);
        for (int i = 0; i < pictures.Count; i++)
        {
            (int row, int column) = Math.DivRem(i, columns);
            Paste(pictures[i], grid, column * (w * scale + gap), row * (h * scale + gap), scale);
        }
        return grid;
    }

    /// <summary>Each picture beside its partner (an image and its coloured mask), <paramref name="pairsPerRow"/> pairs in a row.</summary>
    public static RgbImage Pairs(IReadOnlyList<RgbImage> pictures, IReadOnlyList<RgbImage> partners, int pairsPerRow, int gap = 2, int scale = 1) =>
        Compose([.. pictures.Zip(partners, (RgbImage a, RgbImage b) => new[] { a, b }).SelectMany(p => p)], 2 * pairsPerRow, gap, scale);

    private static void Paste(RgbImage picture, RgbImage grid, int left, int top, int scale)
    {
        for (int y = 0; y < picture.Height * scale; y++)
            for (int x = 0; x < picture.Width * scale; x++)
                picture.Pixels.AsSpan(3 * (y / scale * picture.Width + x / scale), 3).CopyTo(grid.Pixels.AsSpan(3 * ((top + y) * grid.Width + left + x)));
    }
}
