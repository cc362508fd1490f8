using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Faces;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static SemanticStyleGan.Runtime.Scalars;
using static TorchSharp.torch;

namespace SemanticStyleGan.Studio.Rendering;

/// <summary>Makes codes and pictures of faces; may be used by several threads at once.</summary>
internal sealed class FaceRenderer(SemanticModel model) : IDisposable
{
    private readonly PartDirections directions = new(model);
    private readonly SessionPool sessions = new(model);
    private readonly Lock sessionsInUse = new();

    internal SemanticModel Model => model;

    internal Synthesizer Synthesizer { get; } = new(model);

    /// <summary>How many parts were computed anew for the last picture of a face.</summary>
    internal int PartsComputed => sessions.PartsComputed;

    public void Dispose()
    {
        sessions.Dispose();
        directions.Dispose();
    }

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
                code[slot] = code[slot].Plus(Constant(strength) * directions.Step(slot, direction));
        return code.unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>Synthesises one face; its tensors go to the scope of the call.</summary>
    internal GeneratorOutput Synthesize(FaceState state)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        lock (sessionsInUse) return sessions.Synthesize(state, Code(state)).MoveToOuterDisposeScope();
    }

    /// <summary>The picture of one face.</summary>
    internal Picture Picture(FaceState state)
    {
        using DisposeScope scope = NewDisposeScope();
        GeneratorOutput output = Synthesize(state);
        return new Picture(ImageTensors.ToPictures(output.Image)[0], MaskTensors.ToLabels(output.Mask)[0]);
    }
}
