using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>Synthesises one code with some of its parts moved, each about its own middle.</summary>
public sealed class PartMover
{
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
