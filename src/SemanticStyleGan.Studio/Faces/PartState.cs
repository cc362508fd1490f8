using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Studio.Faces;

/// <summary>What a part is besides its codes.</summary>
/// <param name="Place">How it is moved.</param>
/// <param name="On">Whether it is there.</param>
/// <param name="Locked">Whether edits leave it alone.</param>
internal sealed record PartState(PartTransform Place, bool On, bool Locked)
{
    internal static PartState Plain { get; } = new(PartTransform.None, true, false);
}
