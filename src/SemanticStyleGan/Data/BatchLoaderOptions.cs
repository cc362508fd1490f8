namespace SemanticStyleGan.Data;

/// <summary>How a <see cref="BatchLoader"/> goes through its source.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Samples in a batch of this rank.</summary>
    public required int BatchSize { get; init; }

    /// <summary>What order and mirroring are drawn from.</summary>
    public long Seed { get; init; }

    /// <summary>Whether half of the samples are mirrored left to right, image and mask together.</summary>
    public bool Mirror { get; init; }

    /// <summary>How often each sample is seen in relation to the others (see <see cref="SampleOrder"/>), or null: all alike.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>Which of <see cref="Ranks"/> processes this is; it sees every sample whose place in a batch of Ranks · <see cref="BatchSize"/> leaves this remainder.</summary>
    public int Rank { get; init; }

    /// <summary>How many processes share the samples.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>How many batches are read ahead.</summary>
    public int Ahead { get; init; } = 4;

    /// <summary>Decoded samples are kept in memory if all of them fit into this many bytes.</summary>
    public long CacheBytes { get; init; } = SampleCache.StandardLimit;
}
