namespace SemanticStyleGan.Data;

/// <summary>Some samples of a source, in an order of their own.</summary>
/// <param name="source">The source; not disposed.</param>
/// <param name="indices">Which samples of it.</param>
/// <param name="description">One line for people.</param>
internal sealed class SampleSubset(ISampleSource source, int[] indices, string description) : ISampleSource
{
    /// <inheritdoc/>
    public SemanticLayout? Layout => source.Layout;

    /// <inheritdoc/>
    public int Size => source.Size;

    /// <inheritdoc/>
    public int Count => indices.Length;

    /// <inheritdoc/>
    public string Description => description;

    /// <inheritdoc/>
    public void Read(int index, Span<byte> rgb, Span<byte> labels) => source.Read(indices[index], rgb, labels);
}

/// <summary>A source in two parts that share no sample: one to train on, one held out to measure on.</summary>
/// <param name="Training">All samples that are not held out.</param>
/// <param name="HeldOut">Every sample whose index leaves the remainder <c>fold</c> when divided by the number of folds.</param>
public sealed record SampleSplit(ISampleSource Training, ISampleSource HeldOut)
{
    /// <summary>Holds out one of <paramref name="folds"/> equal parts.</summary>
    /// <exception cref="InputException">Fewer than two folds, no such fold, or fewer samples than folds.</exception>
    public static SampleSplit Of(ISampleSource source, int fold, int folds)
    {
        if (folds < 2 || fold < 0 || fold >= folds) throw new InputException($"split {fold}/{folds}, expected FOLD/FOLDS with FOLD below FOLDS, for example 0/10.");
        if (source.Count < folds) throw new InputException($"{source.Description}: {source.Count} samples, expected at least {folds} to hold out one part in {folds}.");
        ISampleSource Part(bool held) => new SampleSubset(source, [.. Enumerable.Range(0, source.Count).Where(i => i % folds == fold == held)],
            $"{source.Description}, {(held ? "only" : "without")} part {fold} of {folds}");
        return new SampleSplit(Part(held: false), Part(held: true));
    }
}
