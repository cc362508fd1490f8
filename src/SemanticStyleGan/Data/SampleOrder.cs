using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Data;

/// <summary>
/// The endless order in which training sees the samples: epoch after epoch, each a permutation of its own drawn from (seed, epoch).
/// A position is the number of images seen before, over all ranks, so a run that resumes at a position, on any number of ranks, goes on
/// exactly as if it had not stopped.
/// </summary>
public sealed class SampleOrder
{
    // A stream number that no epoch has.
    private const long MirrorStream = 1L << 62;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, int[]> _epochs = [];

    /// <summary>The order of <paramref name="count"/> samples for a seed.</summary>
    public SampleOrder(int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (Count, Seed) = (count, seed);
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
        order = [.. Enumerable.Range(0, Count)];
        SplitMix64 random = new(Seed, epoch);
        for (int last = Count - 1; last > 0; last--)
        {
            int other = random.Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }
        return _epochs[epoch] = order;
    }
}
