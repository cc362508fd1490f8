using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Data;

/// <summary>
/// The endless order in which training sees the samples: epoch after epoch, each a permutation of its own drawn from (seed, epoch)
/// (or, with weights, a sample of its own).
/// A position is the number of images seen before, over all ranks, so a run that resumes at a position, on any number of ranks, goes on
/// exactly as if it had not stopped.
/// </summary>
public sealed class SampleOrder
{
    // A stream number that no epoch has.
    private const long MirrorStream = 1L << 62;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, int[]> _epochs = [];

    private readonly double[]? _cumulative;

    /// <summary>The order of <paramref name="count"/> samples for a seed.</summary>
    /// <param name="count">How many samples, at least 1.</param>
    /// <param name="seed">What the order is drawn from.</param>
    /// <param name="weights">
    /// How often each sample is seen in relation to the others, more than 0: an epoch of <paramref name="count"/> positions has the sample's share of them,
    /// rounded up or down at random so that its mean is exact. Null: each once.
    /// </param>
    public SampleOrder(int count, long seed, IReadOnlyList<double>? weights = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (Count, Seed) = (count, seed);
        if (weights is null) return;
        if (weights.Count != count || !weights.All(w => w > 0 && double.IsFinite(w))) throw new ArgumentException($"{weights.Count} weights for {count} samples, expected one above 0 for each.", nameof(weights));
        _cumulative = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) _cumulative[i] = sum += weights[i];
    }

    /// <summary>How many samples an epoch has.</summary>
    public int Count { get; }

    /// <summary>What the order is drawn from.</summary>
    public long Seed { get; }

    /// <summary>The sample at a position ≥ 0; thread-safe.</summary>
    public int IndexAt(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        (long epoch, long within) = Math.DivRem(position, Count);
        lock (_gate) return Epoch(epoch)[within];
    }

    /// <summary>Whether the sample at a position is mirrored, if mirroring is on: half of them are; thread-safe.</summary>
    public bool IsMirroredAt(long position) => new SplitMix64(Seed, MirrorStream + position).Next() >> 63 != 0;

    private int[] Epoch(long epoch)
    {
        if (_epochs.TryGetValue(epoch, out int[]? order)) return order;
        // Readers are within a few batches of each other: two epochs are enough.
        if (_epochs.Count >= 2) _epochs.Remove(_epochs.Keys.MaxBy(e => Math.Abs(e - epoch)));
        SplitMix64 random = new(Seed, epoch);
        order = _cumulative is null ? [.. Enumerable.Range(0, Count)] : Systematic(_cumulative, (random.Next() >> 11) * (1.0 / (1L << 53)));
        for (int last = Count - 1; last > 0; last--)
        {
            int other = random.Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }
        return _epochs[epoch] = order;
    }

    // Systematic sampling: of the weights laid side by side, every point at a distance of sum/n from the last, beginning at random.
    private static int[] Systematic(double[] cumulative, double start)
    {
        int[] drawn = new int[cumulative.Length];
        int sample = 0;
        for (int i = 0; i < drawn.Length; i++)
        {
            double point = (i + start) * cumulative[^1] / drawn.Length;
            while (sample < cumulative.Length - 1 && cumulative[sample] <= point) sample++;
            drawn[i] = sample;
        }
        return drawn;
    }
}
