namespace SemanticStyleGan.Data;

/// <summary>A picture that shows what is in a data set: samples spread over it, each beside its coloured mask.</summary>
public static class ContactSheet
{
    private const int LeastCellSide = 96, Width = 1400;

    /// <summary>A sheet of up to <paramref name="samples"/> samples.</summary>
    /// <exception cref="InputException">A sample can't be read.</exception>
    public static RgbImage Create(ISampleSource source, int samples, CancellationToken stop = default)
    {
        samples = Math.Min(samples, source.Count);
        List<RgbImage> cells = [];
        for (int i = 0; i < samples; i++)
        {
            stop.ThrowIfCancellationRequested();
            RgbImage image = new(source.Size, source.Size);
            byte[] labels = new byte[source.Layout is null ? 0 : source.Size * source.Size];
            source.Read((int)((long)i * source.Count / samples), image.Pixels, labels);
            cells.Add(image);
            if (source.Layout is not null) cells.Add(MaskColors.Paint(new LabelMap(source.Size, source.Size, labels), source.Layout));
        }
        int scale = Math.Max(1, (LeastCellSide + source.Size - 1) / source.Size), perSample = source.Layout is null ? 1 : 2;
        int columns = perSample * Math.Max(1, Width / (perSample * source.Size * scale));
        return ImageGrid.Compose(cells, columns, scale: scale);
    }
}
