using System.Collections.Immutable;

namespace SemanticStyleGan;

/// <summary>One class of a <see cref="SemanticLayout"/>.</summary>
/// <param name="Name">The name by which commands address the part, for example <c>hair</c>.</param>
/// <param name="Color">The colour in which masks show the class, 0xRRGGBB.</param>
/// <param name="Transparent">Whether other parts shine through it (glasses, earrings): its fusion weight is added, not competed for.</param>
/// <param name="SourceParts">The parts of the raw data set that make up the class (CelebAMask-HQ file suffixes), possibly none.</param>
public sealed record SemanticClass(string Name, int Color, bool Transparent, ImmutableArray<string> SourceParts)
{
    /// <summary>A class that no raw part is mapped to.</summary>
    public SemanticClass(string name, int color, bool transparent = false) : this(name, color, transparent, []) { }
}
