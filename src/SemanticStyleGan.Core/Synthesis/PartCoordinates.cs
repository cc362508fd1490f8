using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Synthesis;

/// <summary>
/// Moves parts through their coordinates (paper §4.3): a part that shall appear moved by d is asked for its features at places moved by −d,
/// so coordinates are transformed by the inverse.
/// </summary>
/// <param name="config">The generator's sizes.</param>
public sealed class PartCoordinates(GeneratorConfig config)
{
    private readonly int size = config.CoarseSize;
    private readonly float[] line = CoordinateGrid.Line(config.CoarseSize);

    /// <summary>The generator's sizes.</summary>
    public GeneratorConfig Config => config;

    /// <summary>Coordinates of all parts <c>[K, 2, S, S]</c>, one after the other, with some moved.</summary>
    /// <param name="transforms">By part.</param>
    /// <param name="middles">The point x, y in [-1, 1]² that a part is scaled and turned about; the image's middle where it is missing.</param>
    public float[] Create(IReadOnlyDictionary<int, PartTransform> transforms, IReadOnlyDictionary<int, (double X, double Y)> middles)
    {
        float[] coordinates = new float[config.Parts * 2 * size * size];
        for (int part = 0; part < config.Parts; part++)
            Fill(coordinates.AsSpan(part * 2 * size * size), transforms.GetValueOrDefault(part, PartTransform.None), middles.GetValueOrDefault(part));
        return coordinates;
    }

    /// <summary>The middles, in [-1, 1]², of where the parts are seen in a coarse mask <c>[K, S, S]</c>; parts that cover less than a thousandth are left out.</summary>
    public IReadOnlyDictionary<int, (double X, double Y)> Middles(ReadOnlySpan<float> coarseMask)
    {
        Dictionary<int, (double, double)> middles = [];
        for (int part = 0; part < config.Parts; part++)
        {
            (double mass, double x, double y) = (0, 0, 0);
            for (int i = 0; i < size * size; i++)
            {
                double seen = (coarseMask[part * size * size + i] + 1) / 2;
                (mass, x, y) = (mass + seen, x + seen * line[i % size], y + seen * line[i / size]);
            }
            if (mass >= 1e-3 * size * size) middles[part] = (x / mass, y / mass);
        }
        return middles;
    }

    // From a place in the image back to the place in the unmoved part.
    private void Fill(Span<float> xy, PartTransform t, (double X, double Y) middle)
    {
        // The grid's ends are at -1 and 1, so a step of one of its S places is 2 / (S − 1).
        double width = 2.0 * size / (size - 1);
        double angle = t.Degrees * Math.PI / 180, cos = Math.Cos(angle) / t.Scale, sin = Math.Sin(angle) / t.Scale;
        if (t == PartTransform.None) middle = (0, 0); // exactly the grid
        for (int i = 0; i < size * size; i++)
        {
            double x = line[i % size] - (middle.X + t.ShiftX * width), y = line[i / size] - (middle.Y + t.ShiftY * width);
            xy[i] = (float)(x * cos + y * sin + middle.X);
            xy[size * size + i] = (float)(y * cos - x * sin + middle.Y);
        }
    }
}
