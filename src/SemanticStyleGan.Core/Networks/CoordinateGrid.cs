namespace SemanticStyleGan.Networks;

/// <summary>The regular grid over [-1, 1]² that parts are asked for their features at.</summary>
public static class CoordinateGrid
{
    /// <summary>The places of one axis, <paramref name="size"/> even steps from -1 to 1, both included.</summary>
    public static float[] Line(int size) => [.. Enumerable.Range(0, size).Select(i => (float)(2.0 * i / (size - 1) - 1))];
}
