using System.Collections.Immutable;

namespace SemanticStyleGan.Studio.Faces;

/// <summary>What gives one slot of W+ its code: a source, how far it is from the mean, and how far it goes along its directions.</summary>
/// <param name="Seed">The seed whose w is the code; null where <paramref name="Values"/> are given, or where both are null for the mean.</param>
/// <param name="Values">Given values <c>[D]</c>.</param>
/// <param name="Truncation">0 (the mean) to 2.</param>
/// <param name="Strengths">By direction; missing is 0.</param>
internal sealed record SlotState(long? Seed, float[]? Values, double Truncation, ImmutableSortedDictionary<int, double> Strengths)
{
    private static readonly ImmutableSortedDictionary<int, double> Still = ImmutableSortedDictionary<int, double>.Empty;

    /// <summary>The mean code.</summary>
    internal static SlotState Mean { get; } = new(null, null, 1, Still);

    /// <summary>A seed's code.</summary>
    internal static SlotState Of(long seed, double truncation) => new(seed, null, truncation, Still);

    /// <summary>Given values.</summary>
    internal static SlotState Of(float[] values) => new(null, values, 1, Still);
}
