namespace SemanticStyleGan.Data;

/// <summary>
/// Resampling of pictures and masks. Pictures: separable Lanczos with three lobes whose width grows with the reduction, so that nothing
/// aliases (Skia's filters are not widened). Masks: the class at each new pixel's centre.
/// </summary>
public static class ImageResize
{
    private const int Lobes = 3;

    /// <summary>A picture at another size; the same size gives the same pixels.</summary>
    public static RgbImage Lanczos(RgbImage image, int width, int height)
    {
        if ((image.Width, image.Height) == (width, height)) return image;
        Taps[] across = CreateTaps(image.Width, width), down = CreateTaps(image.Height, height);
        float[] narrowed = new float[3 * width * image.Height]; // [old height, new width, 3]
        for (int y = 0; y < image.Height; y++)
            for (int x = 0; x < width; x++)
            {
                (float r, float g, float b) = (0, 0, 0);
                int from = 3 * (y * image.Width + across[x].First);
                foreach (float weight in across[x].Weights)
                {
                    r += weight * image.Pixels[from];
                    g += weight * image.Pixels[from + 1];
                    b += weight * image.Pixels[from + 2];
                    from += 3;
                }
                int to = 3 * (y * width + x);
                (narrowed[to], narrowed[to + 1], narrowed[to + 2]) = (r, g, b);
            }
        RgbImage result = new(width, height);
        for (int y = 0; y < height; y++) SumRows(narrowed, 3 * width, down[y], result.Pixels.AsSpan(3 * width * y, 3 * width));
        return result;
    }

    /// <summary>A mask at another size: each pixel gets the class at its centre.</summary>
    public static LabelMap Nearest(LabelMap labels, int width, int height)
    {
        if ((labels.Width, labels.Height) == (width, height)) return labels;
        LabelMap result = new(width, height, new byte[width * height]);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                result.Classes[y * width + x] = labels.Classes[Centre(y, height, labels.Height) * labels.Width + Centre(x, width, labels.Width)];
        return result;
    }

    /// <summary>The largest square in the middle of a picture.</summary>
    public static RgbImage CentreSquare(RgbImage image) =>
        image.Width == image.Height ? image : Square.Centre(image.Width, image.Height).Cut(image, Math.Min(image.Width, image.Height));

    /// <summary>The largest square in the middle of a mask.</summary>
    public static LabelMap CentreSquare(LabelMap labels) =>
        labels.Width == labels.Height ? labels : Square.Centre(labels.Width, labels.Height).Cut(labels, Math.Min(labels.Width, labels.Height));

    // floor((index + ½) · old / new) in whole numbers.
    private static int Centre(int index, int newSize, int oldSize) => (int)((2L * index + 1) * oldSize / (2L * newSize));

    private static void SumRows(float[] rows, int stride, Taps taps, Span<byte> result)
    {
        Span<float> sum = new float[stride];
        for (int tap = 0; tap < taps.Weights.Length; tap++)
        {
            ReadOnlySpan<float> row = rows.AsSpan((taps.First + tap) * stride, stride);
            float weight = taps.Weights[tap];
            for (int i = 0; i < row.Length; i++) sum[i] += weight * row[i];
        }
        for (int i = 0; i < sum.Length; i++) result[i] = (byte)Math.Clamp(MathF.Round(sum[i]), 0, 255);
    }

    private static Taps[] CreateTaps(int oldSize, int newSize)
    {
        double scale = (double)oldSize / newSize, widening = Math.Max(scale, 1), reach = Lobes * widening;
        Taps[] taps = new Taps[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)Math.Floor(centre - reach)), last = Math.Min(oldSize - 1, (int)Math.Ceiling(centre + reach));
            double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(x => Kernel((x + 0.5 - centre) / widening))];
            double sum = weights.Sum();
            taps[i] = new Taps(first, [.. weights.Select(w => (float)(w / sum))]);
        }
        return taps;
    }

    private static double Kernel(double x) => Math.Abs(x) >= Lobes ? 0 : Sinc(x) * Sinc(x / Lobes);

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    /// <summary>Which old pixels, from the first on, make up a new one, with what weights (their sum is 1).</summary>
    private readonly record struct Taps(int First, float[] Weights);
}
