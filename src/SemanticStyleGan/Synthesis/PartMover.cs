using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>Synthesises one code with some of its parts moved, each about its own middle.</summary>
public sealed class PartMover
{
    private const int Trials = 6;
    private readonly Synthesizer synthesizer;
    private readonly Tensor code;
    private readonly IReadOnlyList<int> parts;
    private readonly PartCoordinates coordinates;
    private readonly IReadOnlyDictionary<int, (double X, double Y)> middles;

    /// <summary>A mover of <paramref name="parts"/> of a code <c>[1, …]</c>; synthesises it once to find their middles.</summary>
    /// <exception cref="InputException">The model's parts have no coordinates.</exception>
    public PartMover(Synthesizer synthesizer, Tensor code, IReadOnlyList<int> parts)
    {
        synthesizer.Model.Generator.WithLocalGenerators("moving parts");
        (this.synthesizer, this.code, this.parts) = (synthesizer, code, parts);
        coordinates = new PartCoordinates(synthesizer.Model.Config);
        IReadOnlyDictionary<int, (double, double)> found = new Dictionary<int, (double, double)>();
        synthesizer.Synthesize(code, (_, output) => found = coordinates.Middles(output.CoarseMask));
        middles = found;
    }

    /// <summary>The coordinates <c>[1, K, 2, S, S]</c> under a transform.</summary>
    public Tensor Coordinates(PartTransform transform) =>
        coordinates.Create(parts.ToDictionary(p => p, _ => transform), middles, synthesizer.Model.Generator.Device);

    /// <summary>
    /// The transform under which the middle of what is seen of the parts moves as far as <paramref name="asked"/> says. A shift of the coordinates moves depths
    /// exactly, but what is seen of a part that others cover moves more or less; found by repeated synthesis, at half to twice the shift in each direction.
    /// </summary>
    /// <returns><paramref name="asked"/> with another shift; itself where it has none, or where nothing is seen of the parts.</returns>
    public PartTransform Aim(PartTransform asked)
    {
        if (asked is { ShiftX: 0, ShiftY: 0 }) return asked;
        Dictionary<int, (double X, double Y)> before = Seen(PartTransform.None);
        (PartTransform tried, PartTransform best, double least) = (asked, asked, double.PositiveInfinity);
        for (int i = 0; i < Trials; i++)
        {
            Dictionary<int, (double X, double Y)> after = Seen(tried);
            int[] seen = [.. before.Keys.Where(after.ContainsKey)];
            if (seen.Length == 0) break;
            (double x, double y) = (asked.ShiftX - seen.Average(p => after[p].X - before[p].X), asked.ShiftY - seen.Average(p => after[p].Y - before[p].Y));
            if (Math.Abs(x) + Math.Abs(y) is var missing && missing < least) (least, best) = (missing, tried);
            tried = tried with { ShiftX = Within(tried.ShiftX + x, asked.ShiftX), ShiftY = Within(tried.ShiftY + y, asked.ShiftY) };
        }
        return best;

        static double Within(double shift, double asked) => Math.Clamp(shift, Math.Min(asked / 2, asked * 2), Math.Max(asked / 2, asked * 2));
    }

    // The middles of what the final mask shows of the moved parts, in shares of the picture's side; parts of less than a thousandth of the picture are left out.
    private Dictionary<int, (double X, double Y)> Seen(PartTransform transform)
    {
        Dictionary<int, (double X, double Y)> seen = [];
        synthesizer.Synthesize(code, (_, output) =>
        {
            Tensor labels = output.Mask.argmax(1).squeeze(0); // [R, R]
            long r = labels.shape[0];
            foreach (int part in parts)
            {
                Tensor pixels = (labels == Constant(part)).nonzero();
                if (pixels.shape[0] < 1e-3 * r * r) continue;
                Tensor middle = pixels.to(ScalarType.Float64).mean([0]);
                seen[part] = (middle[1].item<double>() / r, middle[0].item<double>() / r);
            }
        }, (_, _) => new SynthesisInput { Coordinates = Coordinates(transform) });
        return seen;
    }

    /// <summary>A picture for each transform.</summary>
    /// <param name="transforms">Applied to all parts of this mover.</param>
    /// <param name="progress">Counts pictures.</param>
    /// <param name="stop">Cancels between batches.</param>
    public IReadOnlyList<Picture> Pictures(IReadOnlyList<PartTransform> transforms, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        List<Picture> pictures = [];
        synthesizer.Pictures(code.expand([transforms.Count, .. code.shape[1..]]), pictures.Add, progress,
            (first, count) => new SynthesisInput { Coordinates = cat([.. transforms.Skip(first).Take(count).Select(Coordinates)]) }, stop);
        return pictures;
    }
}
