using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Faces;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Studio.Rendering;

/// <summary>Makes codes and pictures of faces; may be used by several threads at once.</summary>
internal sealed class FaceRenderer(SemanticModel model) : IDisposable
{
    private readonly PartDirections directions = new(model);
    private readonly PartCoordinates coordinates = new(model.Config);

    internal SemanticModel Model => model;

    internal Synthesizer Synthesizer { get; } = new(model);

    public void Dispose() => directions.Dispose();

    /// <summary>W+ <c>[1, base + 2K, D]</c> of a face.</summary>
    internal Tensor Code(FaceState state)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Dictionary<long, Tensor> seeds = state.Slots.Select(s => s.Seed).OfType<long>().Distinct().ToDictionary(seed => seed, seed => Synthesizer.Codes(seed, 1)[0]);
        Tensor full = stack(state.Slots.Select(s => s.Values is { } values ? tensor(values, device: model.Generator.Device) : s.Seed is { } seed ? seeds[seed] : model.MeanLatent));
        Tensor strengths = tensor(state.Slots.Select(s => (float)s.Truncation).ToArray(), device: model.Generator.Device).unsqueeze(1); // [slots, 1]
        Tensor code = lerp(model.MeanLatent.expand(full.shape), full, strengths.expand(full.shape));
        for (int slot = 0; slot < state.Slots.Length; slot++)
            foreach ((int direction, double strength) in state.Slots[slot].Strengths)
                code[slot] = code[slot] + strength * directions.Step(slot, direction);
        return code.unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>Synthesises one face.</summary>
    /// <param name="state">The face.</param>
    /// <param name="use">Takes the output, which is freed after it.</param>
    internal void Synthesize(FaceState state, Action<GeneratorOutput> use)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor code = Code(state);
        Synthesizer.Synthesize(code, (_, output) => use(output), (_, _) => Input(state, code));
    }

    /// <summary>The picture of one face.</summary>
    internal Picture Picture(FaceState state)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor code = Code(state);
        Picture? picture = null;
        Synthesizer.Pictures(code, made => picture = made, input: (_, _) => Input(state, code));
        return picture!;
    }

    /// <summary>Pictures of codes <c>[N, …]</c> with the places of a face's parts and those that are off.</summary>
    internal IReadOnlyList<Picture> Pictures(Tensor codes, FaceState state, CancellationToken stop)
    {
        using DisposeScope scope = NewDisposeScope();
        SynthesisInput input = Input(state, Code(state));
        List<Picture> pictures = [];
        Synthesizer.Pictures(codes, pictures.Add, input: (_, count) => new SynthesisInput
        {
            CompositionMask = input.CompositionMask?.expand(count, model.Config.Parts),
            Coordinates = input.Coordinates,
        }, stop: stop);
        return pictures;
    }

    private SynthesisInput Input(FaceState state, Tensor code) => new()
    {
        CompositionMask = state.Parts.All(p => p.On) ? null : tensor(state.Parts.Select(p => p.On ? 1f : 0f).ToArray(), device: model.Generator.Device).unsqueeze(0),
        Coordinates = state.Parts.All(p => p.Place == PartTransform.None) ? null : Coordinates(state, code),
    };

    // A part is scaled and turned about the middle of where it is seen unmoved.
    private Tensor Coordinates(FaceState state, Tensor code)
    {
        IReadOnlyDictionary<int, (double, double)> middles = new Dictionary<int, (double, double)>();
        if (state.Parts.Any(p => p.Place.Scale != 1 || p.Place.Degrees != 0)) Synthesizer.Synthesize(code, (_, output) => middles = coordinates.Middles(output.CoarseMask));
        Dictionary<int, PartTransform> places = Enumerable.Range(0, state.Parts.Length).Where(k => state.Parts[k].Place != PartTransform.None).ToDictionary(k => k, k => state.Parts[k].Place);
        return coordinates.Create(places, middles, model.Generator.Device);
    }
}
