using SemanticStyleGan.Perception;

namespace SemanticStyleGan.Metrics;

/// <summary>What an <see cref="Evaluation"/> does.</summary>
public sealed record EvaluationOptions
{
    /// <summary>What is measured; what can't be for want of a network or of masks is left out, and the report says why.</summary>
    public IReadOnlyCollection<Measure> Measures { get; init; } = Enum.GetValues<Measure>();

    /// <summary>Generated pictures.</summary>
    public int Count { get; init; } = 2000;

    /// <summary>Whether all real pictures are one set, as StyleGAN's FID has it; otherwise two disjoint sets of <see cref="Count"/> are compared with each other too.</summary>
    public bool AllReal { get; init; }

    /// <summary>Pictures in which each part is edited, at most <see cref="Count"/>.</summary>
    public int Edits { get; init; } = 2000;

    /// <summary>Pictures in which each part is switched off, at most <see cref="Edits"/>.</summary>
    public int Compositions { get; init; } = 200;

    /// <summary>Lines along which the path length is measured, at most <see cref="Count"/>.</summary>
    public int PathLines { get; init; } = 1000;

    /// <summary>Seed of the first generated picture; the following ones have the next seeds.</summary>
    public long Seed { get; init; }

    /// <summary>Truncation of the generated pictures; 1 for none.</summary>
    public double Truncation { get; init; } = 1;

    /// <summary>How Inception features are taken and their covariances estimated.</summary>
    public MeasureConvention Convention { get; init; }
}
