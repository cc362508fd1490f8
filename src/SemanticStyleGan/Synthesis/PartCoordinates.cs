using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>
/// Moves parts through their coordinates (paper §4.3): a part that shall appear moved by d is asked for its features at places moved by −d,
/// so coordinates are transformed by the inverse.
/// </summary>
/// <param name="config">The generator's sizes.</param>
public sealed class PartCoordinates(GeneratorConfig config)
{
    /// <summary>Coordinates of all parts <c>[1, K, 2, S, S]</c> with some moved.</summary>
    /// <param name="transforms">By part.</param>
    /// <param name="middles">The point x, y in [-1, 1]² that a part is scaled and turned about; the image's middle where it is missing.</param>
    /// <param name="device">Where the tensor goes.</param>
    public Tensor Create(IReadOnlyDictionary<int, PartTransform> transforms, IReadOnlyDictionary<int, (double X, double Y)> middles, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor grid = FourierFeatures.Grid(config.CoarseSize, device)[0]; // [2, S, S]
        Tensor[] parts = [.. Enumerable.Range(0, config.Parts).Select(part =>
            transforms.TryGetValue(part, out PartTransform t) && t != PartTransform.None ? Inverse(grid, t, middles.GetValueOrDefault(part)) : grid)];
        return stack(parts).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>The middles, in [-1, 1]², of where the parts are seen in a coarse mask <c>[1, K, S, S]</c>; parts that cover less than a thousandth are left out.</summary>
    public IReadOnlyDictionary<int, (double X, double Y)> Middles(Tensor coarseMask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor grid = FourierFeatures.Grid(config.CoarseSize, coarseMask.device)[0];
        Tensor seen = (coarseMask[0] + 1) / 2; // [K, S, S]
        Dictionary<int, (double, double)> middles = [];
        for (int part = 0; part < config.Parts; part++)
        {
            double mass = seen[part].sum().ToDouble();
            if (mass < 1e-3 * config.CoarseSize * config.CoarseSize) continue;
            middles[part] = ((seen[part] * grid[0]).sum().ToDouble() / mass, (seen[part] * grid[1]).sum().ToDouble() / mass);
        }
        return middles;
    }

    // From a place in the image back to the place in the unmoved part.
    private Tensor Inverse(Tensor grid, PartTransform t, (double X, double Y) middle)
    {
        // The grid's ends are at -1 and 1, so a step of one of its S places is 2 / (S − 1).
        double width = 2.0 * config.CoarseSize / (config.CoarseSize - 1);
        Tensor x = grid[0] - (middle.X + t.ShiftX * width), y = grid[1] - (middle.Y + t.ShiftY * width);
        double angle = t.Degrees * Math.PI / 180, cos = Math.Cos(angle) / t.Scale, sin = Math.Sin(angle) / t.Scale;
        return stack([x * cos + y * sin + middle.X, y * cos - x * sin + middle.Y]);
    }
}
