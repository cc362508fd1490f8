namespace SemanticStyleGan.Metrics;

/// <summary>One measured value.</summary>
/// <param name="Measure">What was measured, with its convention.</param>
/// <param name="Part">The class that it is about; null for the whole.</param>
/// <param name="Value">The generated pictures' value; null where it can't be had, for example infinite.</param>
/// <param name="Reference">What real pictures have: a second, disjoint set against the first, or the data's own rate.</param>
/// <param name="Target">What should be reached, if anything is asked for.</param>
/// <param name="Met">Whether it is.</param>
public sealed record EvaluationRow(string Measure, string? Part, double? Value, double? Reference = null, string? Target = null, bool? Met = null)
{
    /// <summary>A row with a target.</summary>
    public static EvaluationRow Aimed(string measure, string? part, double? value, double? reference, Target target) =>
        new(measure, part, Finite(value), Finite(reference), target.ToString(), target.IsMetBy(value));

    /// <summary>A row without one.</summary>
    public static EvaluationRow Plain(string measure, string? part, double? value, double? reference = null) => new(measure, part, Finite(value), Finite(reference));

    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;
}
