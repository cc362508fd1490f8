using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Editing;

/// <summary>Slots of W+ that an edit is allowed to change.</summary>
public sealed class PartSelection
{
    /// <summary>Exactly these slots of a model.</summary>
    public PartSelection(IEnumerable<int> slots, GeneratorConfig config)
    {
        Slots = [.. slots.Distinct().Order()];
        SlotCount = config.LatentSlots;
        Parts = [.. Slots.Where(s => s >= config.BaseLayers).Select(s => (s - config.BaseLayers) / 2).Distinct()];
    }

    /// <summary>The slots, ascending.</summary>
    public IReadOnlyList<int> Slots { get; }

    /// <summary>How many slots W+ has, base + 2K.</summary>
    public int SlotCount { get; }

    /// <summary>The parts that the slots belong to, ascending; base slots belong to none.</summary>
    public IReadOnlyList<int> Parts { get; }

    /// <summary>
    /// Reads a list of names with commas: a part (<c>hair</c>: the slots that <paramref name="what"/> says), a slot (<c>hair.shape</c>, <c>base.0</c>),
    /// <c>base</c> (the shared base slots) or <c>all</c> (every part and, unless only texture is meant, the base).
    /// </summary>
    /// <exception cref="InputException">A name is unknown; the message lists those there are.</exception>
    public static PartSelection Parse(string names, PartCode what, LatentCode latents, SemanticLayout layout) =>
        new(names.Split(',', StringSplitOptions.TrimEntries).SelectMany(name => Slot(name, what, latents, layout)), latents.Config);

    private static IEnumerable<int> Slot(string name, PartCode what, LatentCode latents, SemanticLayout layout)
    {
        IEnumerable<int> baseSlots = Enumerable.Range(0, latents.Config.BaseLayers);
        if (name == "base") return latents.Config.BaseLayers > 0 ? baseSlots : throw new InputException("'base': this model has no base slots; choose parts or all.");
        if (name == "all")
            return (what == PartCode.Texture ? [] : baseSlots).Concat(Enumerable.Range(0, latents.Config.Parts).SelectMany(part => Codes(part, what, latents)));
        return name.Contains('.') ? [latents.Slot(name, layout)] : Codes(layout.IndexOf(name), what, latents);
    }

    private static IEnumerable<int> Codes(int part, PartCode what, LatentCode latents)
    {
        if (what != PartCode.Texture) yield return latents.ShapeSlot(part);
        if (what != PartCode.Shape) yield return latents.TextureSlot(part);
    }
}
