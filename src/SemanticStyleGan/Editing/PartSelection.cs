using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>Slots of W+ that an edit is allowed to change.</summary>
public sealed class PartSelection
{
    private readonly int slotCount;

    /// <summary>Exactly these slots of a model.</summary>
    public PartSelection(IEnumerable<int> slots, GeneratorConfig config)
    {
        Slots = [.. slots.Distinct().Order()];
        slotCount = config.LatentSlots;
        Parts = [.. Slots.Where(s => s >= config.BaseLayers).Select(s => (s - config.BaseLayers) / 2).Distinct()];
    }

    /// <summary>The slots, ascending.</summary>
    public IReadOnlyList<int> Slots { get; }

    /// <summary>The parts that the slots belong to, ascending; base slots belong to none.</summary>
    public IReadOnlyList<int> Parts { get; }

    /// <summary>
    /// Reads a list of names with commas: a part (<c>hair</c>: the slots that <paramref name="what"/> says), a slot (<c>hair.shape</c>, <c>base.0</c>),
    /// <c>base</c> (the shared base slots) or <c>all</c> (every part and, unless only texture is meant, the base).
    /// </summary>
    /// <exception cref="InputException">A name is unknown; the message lists those there are.</exception>
    public static PartSelection Parse(string names, PartCode what, SemanticModel model) =>
        new(names.Split(',', StringSplitOptions.TrimEntries).SelectMany(name => Slot(name, what, model)), model.Config);

    /// <summary>Ones in the chosen slots, zeros elsewhere: <c>[base + 2K, 1]</c> of bool.</summary>
    public Tensor Mask(Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        bool[] chosen = new bool[slotCount];
        foreach (int slot in Slots) chosen[slot] = true;
        return tensor(chosen, device: device).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>W+ codes <c>[N, base + 2K, D]</c> whose chosen slots come from <paramref name="source"/> and all others from <paramref name="target"/>; each may have N = 1.</summary>
    public Tensor Replace(Tensor target, Tensor source)
    {
        using DisposeScope scope = NewDisposeScope();
        return where(Mask(target.device), source, target).MoveToOuterDisposeScope();
    }

    private static IEnumerable<int> Slot(string name, PartCode what, SemanticModel model)
    {
        IEnumerable<int> baseSlots = Enumerable.Range(0, model.Config.BaseLayers);
        if (name == "base") return baseSlots;
        if (name == "all")
            return (what == PartCode.Texture ? [] : baseSlots).Concat(Enumerable.Range(0, model.Config.Parts).SelectMany(part => Codes(part, what, model)));
        return name.Contains('.') ? [model.Generator.Latents.Slot(name, model.Layout)] : Codes(model.Layout.IndexOf(name), what, model);
    }

    private static IEnumerable<int> Codes(int part, PartCode what, SemanticModel model)
    {
        if (what != PartCode.Texture) yield return model.Generator.Latents.ShapeSlot(part);
        if (what != PartCode.Shape) yield return model.Generator.Latents.TextureSlot(part);
    }
}
