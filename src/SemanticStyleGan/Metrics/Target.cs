using System.Globalization;

namespace SemanticStyleGan.Metrics;

/// <summary>A value that a measure should reach.</summary>
/// <param name="Bound">The value.</param>
/// <param name="AtMost">Whether lower is better.</param>
public sealed record Target(double Bound, bool AtMost)
{
    /// <summary>Whether a value reaches it; one that could not be measured does not.</summary>
    public bool IsMetBy(double? value) => value is { } v && (AtMost ? v <= Bound : v >= Bound);

    /// <summary>Reads what <see cref="ToString"/> gives.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Target Parse(string text) => new(double.Parse(text.AsSpan(2), CultureInfo.InvariantCulture), text.StartsWith('≤'));

    /// <inheritdoc/>
    public override string ToString() => $"{(AtMost ? "≤" : "≥")} {Bound.ToString(CultureInfo.InvariantCulture)}";
}
