using System.Collections.Immutable;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Faces;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Studio.Rendering;

/// <summary>
/// Keeps the hidden maps of the faces that were edited last, so that of the next edit only the changed parts are computed. Faces carry no names: the session
/// whose last face has most slots in common serves a face. Used by one thread at a time.
/// </summary>
internal sealed class SessionPool(SemanticModel model) : IDisposable
{
    private const int MostSessions = 4;
    private readonly List<Kept> sessions = []; // the one used last is the last
    private readonly PartCoordinates coordinates = new(model.Config);

    /// <summary>How many parts the last output needed to be computed anew.</summary>
    internal int PartsComputed { get; private set; }

    /// <summary>Synthesises a face, whose code is <c>[1, …]</c>.</summary>
    internal GeneratorOutput Synthesize(FaceState state, Tensor code)
    {
        Kept kept = Take(state);
        GeneratorOutput output = kept.Session.Synthesize(code, Input(state, code, kept));
        (kept.Slots, PartsComputed) = (state.Slots, kept.Session.PartsComputed);
        return output;
    }

    public void Dispose()
    {
        foreach (Kept kept in sessions) kept.Session.Dispose();
    }

    private Kept Take(FaceState state)
    {
        Kept? nearest = sessions.MaxBy(kept => kept.Common(state.Slots));
        if (nearest is null || sessions.Count < MostSessions && nearest.Common(state.Slots) < state.Slots.Length / 2) sessions.Add(nearest = new Kept(new EditingSession(model)));
        else if (nearest.Common(state.Slots) == 0) nearest = sessions[0];
        sessions.Remove(nearest);
        sessions.Add(nearest);
        return nearest;
    }

    private SynthesisInput Input(FaceState state, Tensor code, Kept kept) => new()
    {
        CompositionMask = state.Parts.All(p => p.On) ? null : tensor(state.Parts.Select(p => p.On ? 1f : 0f).ToArray(), device: model.Generator.Device).unsqueeze(0),
        Coordinates = state.Parts.All(p => p.Place == PartTransform.None) ? null : Coordinates(state, code, kept),
    };

    // A part is scaled and turned about the middle of where it is seen unmoved, with all parts on.
    private Tensor Coordinates(FaceState state, Tensor code, Kept kept)
    {
        if (state.Parts.Any(p => p.Place.Scale != 1 || p.Place.Degrees != 0) && (kept.Middles is null || !kept.MiddlesOf.SequenceEqual(state.Slots)))
        {
            using DisposeScope scope = NewDisposeScope();
            (kept.Middles, kept.MiddlesOf) = (coordinates.Middles(model.Prepared.Synthesize(code).CoarseMask), state.Slots);
        }
        Dictionary<int, PartTransform> places = Enumerable.Range(0, state.Parts.Length).Where(k => state.Parts[k].Place != PartTransform.None).ToDictionary(k => k, k => state.Parts[k].Place);
        return coordinates.Create(places, kept.Middles ?? new Dictionary<int, (double, double)>(), model.Generator.Device);
    }

    private sealed class Kept(EditingSession session)
    {
        internal EditingSession Session => session;

        internal ImmutableArray<SlotState> Slots { get; set; } = [];

        internal IReadOnlyDictionary<int, (double X, double Y)>? Middles { get; set; }

        internal ImmutableArray<SlotState> MiddlesOf { get; set; } = [];

        internal int Common(ImmutableArray<SlotState> slots) => Slots.Zip(slots).Count(pair => pair.First == pair.Second);
    }
}
