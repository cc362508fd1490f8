using SemanticStyleGan.Distributed;

namespace SemanticStyleGan.Metrics;

/// <summary>The consecutive samples of an evaluation that a rank computes: whole batches, so that they are the same batches on any number of ranks.</summary>
/// <param name="From">The first.</param>
/// <param name="To">Behind the last; a rank of many may have none.</param>
internal readonly record struct RankShare(int From, int To)
{
    /// <summary>A multiple of every batch size of an evaluation.</summary>
    internal const int Unit = 16;

    internal int Count => To - From;

    internal bool Has(int sample) => sample >= From && sample < To;

    /// <summary>The part of <paramref name="count"/> samples that is this rank's; rank 0 has the first.</summary>
    internal static RankShare Of(ProcessGroup group, int count)
    {
        long units = (count + Unit - 1) / Unit;
        int Begin(long rank) => (int)Math.Min(count, (units * rank + group.Size - 1) / group.Size * Unit);
        return new(Begin(group.Rank), Begin(group.Rank + 1));
    }
}
