using SemanticStyleGan.Perception;

namespace SemanticStyleGan.Metrics;

/// <summary>The networks that an <see cref="Evaluation"/> may use.</summary>
public sealed record EvaluationNetworks : IDisposable
{
    /// <summary>Reads parts off pictures; not one that had a part in training.</summary>
    public Parser? Parser { get; init; }

    /// <summary>Features for distances between sets; each gives rows of its own.</summary>
    public IReadOnlyList<IFeatures> Features { get; init; } = [];

    /// <summary>Distances between pictures.</summary>
    public IPerceptualDistance? Distance { get; init; }

    /// <summary>A face recognition network.</summary>
    public IFeatures? Identity { get; init; }

    /// <summary>Disposes all of them.</summary>
    public void Dispose()
    {
        foreach (IFeatures network in Features) network.Dispose();
        Distance?.Dispose();
        Identity?.Dispose();
        Parser?.Dispose();
    }
}
