using System.Collections.Immutable;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Studio.Faces;

/// <summary>What a face's edits come to: the state of every slot and part. No network is needed to find it.</summary>
/// <param name="Slots">By slot of W+.</param>
/// <param name="Parts">By part.</param>
/// <param name="Whole">The slots as the last whole face had them; what a reset goes back to.</param>
internal sealed record FaceState(ImmutableArray<SlotState> Slots, ImmutableArray<PartState> Parts, ImmutableArray<SlotState> Whole)
{
    private const double LargestTruncation = 2, LargestStrength = 5;

    /// <summary>Applies all edits of a face.</summary>
    /// <exception cref="InputException">An edit names a part or slot that the model lacks, or a value out of range.</exception>
    internal static FaceState Of(Face face, SemanticModel model)
    {
        face.RequireModestSize();
        ImmutableArray<SlotState> mean = [.. Enumerable.Repeat(SlotState.Mean, model.Config.LatentSlots)];
        FaceState state = new(mean, [.. Enumerable.Repeat(PartState.Plain, model.Config.Parts)], mean);
        foreach (Edit edit in face.Edits) state = state.Apply(edit, model);
        return state;
    }

    private FaceState Apply(Edit edit, SemanticModel model)
    {
        switch (edit)
        {
            case NewFace e:
                SlotState fresh = SlotState.Of(Seed(e.Seed), Within("truncation", e.Truncation, 0, LargestTruncation));
                FaceState whole = Replace(AllSlots(model), model, _ => fresh);
                return whole with { Whole = whole.Slots, Parts = [.. Parts.Select(p => p.Locked ? p : PartState.Plain)] };
            case NewCodes e:
                SlotState drawn = SlotState.Of(Seed(e.Seed), Within("truncation", e.Truncation, 0, LargestTruncation));
                return Replace(Selected(e.Slots, model), model, _ => drawn);
            case TakeCodes e:
                ImmutableArray<SlotState> other = Of(e.From, model).Slots;
                return Replace(Selected(e.Slots, model), model, slot => other[slot]);
            case GivenCodes e:
                return Give(e, model);
            case Truncate e:
                double truncation = Within("strength", e.Strength, 0, LargestTruncation);
                return Replace(Selected(e.Slots, model), model, slot => Slots[slot] with { Truncation = truncation });
            case GoAlong e:
                if (e.Direction < 0 || e.Direction >= Math.Min(64, model.Config.StyleSize)) throw new InputException($"direction {e.Direction}, expected 0 to {Math.Min(64, model.Config.StyleSize) - 1}.");
                double strength = Within("strength", e.Strength, -LargestStrength, LargestStrength);
                return Replace([model.Generator.Latents.Slot(e.Slot, model.Layout)], model,
                    slot => Slots[slot] with { Strengths = strength == 0 ? Slots[slot].Strengths.Remove(e.Direction) : Slots[slot].Strengths.SetItem(e.Direction, strength) });
            case MovePart e:
                PartTransform place = new(Within("x", e.X, -2, 2), Within("y", e.Y, -2, 2), Within("scale", e.Scale, 0.1, 10), Within("degrees", e.Degrees, -360, 360));
                return WithPart(e.Part, model, p => p.Locked ? p : p with { Place = place });
            case ShowPart e:
                return WithPart(e.Part, model, p => p.Locked ? p : p with { On = e.On });
            case LockPart e:
                return WithPart(e.Part, model, p => p with { Locked = e.On });
            case ResetPart e:
                FaceState reset = Replace(Selected(e.Part, model), model, slot => Whole[slot]);
                return e.Part == "base" ? reset : reset.WithPart(e.Part, model, p => p.Locked ? p : PartState.Plain);
            default:
                throw new InputException("an edit is null.");
        }
    }

    // Slots of locked parts stay.
    private FaceState Replace(IEnumerable<int> slots, SemanticModel model, Func<int, SlotState> create)
    {
        ImmutableArray<SlotState>.Builder changed = Slots.ToBuilder();
        foreach (int slot in slots)
            if (slot < model.Config.BaseLayers || !Parts[(slot - model.Config.BaseLayers) / 2].Locked) changed[slot] = create(slot);
        return this with { Slots = changed.ToImmutable() };
    }

    private FaceState Give(GivenCodes edit, SemanticModel model)
    {
        int size = model.Config.StyleSize;
        int[] slots = [.. Selected(edit.Slots, model)];
        if (edit.Values.Length != 2 * size * slots.Length)
            throw new InputException($"codes of {edit.Values.Length:N0} bytes, expected {2 * size * slots.Length:N0}: float16, {slots.Length} slots of {size}.");
        Dictionary<int, SlotState> given = [];
        for (int i = 0; i < slots.Length; i++)
        {
            float[] values = [.. Enumerable.Range(i * size, size).Select(at => (float)BitConverter.ToHalf(edit.Values, 2 * at))];
            if (!values.All(float.IsFinite)) throw new InputException("codes with values that are not finite.");
            given[slots[i]] = SlotState.Of(values);
        }
        FaceState state = Replace(slots, model, slot => given[slot]);
        return slots.Length == model.Config.LatentSlots ? state with { Whole = state.Slots } : state;
    }

    private FaceState WithPart(string name, SemanticModel model, Func<PartState, PartState> change)
    {
        int part = model.Layout.IndexOf(name);
        return this with { Parts = Parts.SetItem(part, change(Parts[part])) };
    }

    private static IEnumerable<int> Selected(string slots, SemanticModel model) => PartSelection.Parse(slots, PartCode.Both, model).Slots;

    private static IEnumerable<int> AllSlots(SemanticModel model) => Enumerable.Range(0, model.Config.LatentSlots);

    private static long Seed(long seed) => seed >= 0 ? seed : throw new InputException($"seed {seed}, expected 0 or more.");

    private static double Within(string name, double value, double least, double most) =>
        value >= least && value <= most ? value : throw new InputException($"{name} {value}, expected {least} to {most}.");
}
