namespace SemanticStyleGan.Data;

/// <summary>Puts pictures of one size side by side on a white ground: the one way in which previews, contact sheets and grids are made.</summary>
public static class ImageGrid
{
    /// <summary>Rows of <paramref name="columns"/> pictures with a gap between them; the last row may be shorter.</summary>
    /// <exception cref="ArgumentException">No pictures, or pictures of different sizes.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage> pictures, int columns, int gap = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (pictures.Count == 0) throw new ArgumentException("no pictures", nameof(pictures));
        (int w, int h) = (pictures[0].Width, pictures[0].Height);
        if (pictures.Any(p => p.Width != w || p.Height != h)) throw new ArgumentException("pictures of different sizes", nameof(pictures));
        columns = Math.Min(columns, pictures.Count);
        int rows = (pictures.Count + columns - 1) / columns;
        RgbImage grid = new(columns * (w + gap) - gap, rows * (h + gap) - gap);
        grid.Pixels.AsSpan().Fill(255);
        for (int i = 0; i < pictures.Count; i++)
        {
            (int row, int column) = Math.DivRem(i, columns);
            for (int y = 0; y < h; y++)
                pictures[i].Pixels.AsSpan(3 * w * y, 3 * w).CopyTo(grid.Pixels.AsSpan(3 * ((row * (h + gap) + y) * grid.Width + column * (w + gap))));
        }
        return grid;
    }

    /// <summary>Each picture beside its partner (an image and its coloured mask), <paramref name="pairsPerRow"/> pairs in a row.</summary>
    public static RgbImage Pairs(IReadOnlyList<RgbImage> pictures, IReadOnlyList<RgbImage> partners, int pairsPerRow, int gap = 2) =>
        Compose([.. pictures.Zip(partners, (RgbImage a, RgbImage b) => new[] { a, b }).SelectMany(p => p)], 2 * pairsPerRow, gap);
}
